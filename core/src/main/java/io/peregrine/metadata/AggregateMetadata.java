package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user-defined aggregate. Immutable; any thread may use it.
 *
 * @param keyspace the keyspace that it is in, as the server has it (unquoted)
 * @param signature its name and the types of its arguments
 * @param state what is kept from row to row
 * @param finalFunction the name of the function that makes the result of the last state; empty if
 *     that is the result
 * @param returnType the type of the result
 * @param isDeterministic whether DSE is told that equal rows give equal results; false elsewhere
 */
public record AggregateMetadata(
    String keyspace,
    FunctionSignature signature,
    State state,
    String finalFunction,
    CqlType returnType,
    boolean isDeterministic)
    implements SchemaElement {
  /**
   * What an aggregate keeps from row to row.
   *
   * @param function the name of the function that makes the next state of the last one and a row
   * @param type the type of the state
   * @param initial the first state, a CQL literal; or null for null
   */
  public record State(String function, CqlType type, @Nullable String initial) {
    /**
     * The first state.
     *
     * @return a CQL literal; empty for null
     */
    public Optional<String> initialCondition() {
      return Optional.ofNullable(initial);
    }
  }

  /**
   * Its name.
   *
   * @return the name, as the server has it (unquoted)
   */
  public String name() {
    return signature.name();
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!state.type().isKnown()) {
      problems.add("The type of its state is not known: " + state.type() + ".");
    }
    if (state.function().isEmpty()) {
      problems.add("The server does not tell the function of its state.");
    }
    return List.copyOf(problems);
  }

  @Override
  public String describe() {
    CqlWriter cql = new CqlWriter().raw("CREATE AGGREGATE ").qualified(keyspace, name()).raw("(");
    String separator = "";
    for (String type : signature.argumentTypes()) {
      cql.raw(separator).raw(SignatureText.unfrozen(type));
      separator = ", ";
    }
    cql.raw(")\n    SFUNC ").name(state.function());
    cql.raw("\n    STYPE ").raw(SignatureText.unfrozen(state.type().text()));
    if (!finalFunction.isEmpty()) {
      cql.raw("\n    FINALFUNC ").name(finalFunction);
    }
    state.initialCondition().ifPresent(literal -> cql.raw("\n    INITCOND ").raw(literal));
    cql.raw(isDeterministic ? "\n    DETERMINISTIC" : "");
    return cql.statement("Aggregate " + keyspace + "." + signature, problems());
  }
}
