package io.peregrine.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * A user-defined function. Immutable; any thread may use it.
 *
 * @param keyspace the keyspace that it is in, as the server has it (unquoted)
 * @param signature its name and the types of its arguments
 * @param argumentNames the names of its arguments, in order
 * @param returnType the type of what it returns
 * @param definition what it does
 */
public record FunctionMetadata(
    String keyspace,
    FunctionSignature signature,
    List<String> argumentNames,
    CqlType returnType,
    Definition definition)
    implements SchemaElement {
  /**
   * What a function does, and when.
   *
   * @param isCalledOnNullInput whether it is called if an argument is null; else it is null then
   * @param language the language that its body is written in
   * @param body its source text
   * @param isDeterministic whether DSE is told that equal arguments give equal results; false
   *     elsewhere
   * @param isMonotonic whether DSE is told that the result grows with every argument; false
   *     elsewhere
   * @param monotonicOn the argument that DSE is told the result grows with, if there is one
   */
  public record Definition(
      boolean isCalledOnNullInput,
      String language,
      String body,
      boolean isDeterministic,
      boolean isMonotonic,
      List<String> monotonicOn) {
    /** Copies the list, so that a later change of it does not reach this. */
    public Definition {
      monotonicOn = List.copyOf(monotonicOn);
    }

    private String promises() {
      CqlWriter cql = new CqlWriter().raw(isDeterministic ? "\n    DETERMINISTIC" : "");
      if (isMonotonic) {
        cql.raw("\n    MONOTONIC");
      } else if (!monotonicOn.isEmpty()) {
        cql.raw("\n    MONOTONIC ON ").names(monotonicOn);
      }
      return cql.toString();
    }
  }

  /**
   * Copies the names and checks them against the signature.
   *
   * @throws IllegalArgumentException if there are not as many as types
   */
  public FunctionMetadata {
    argumentNames = List.copyOf(argumentNames);
    if (argumentNames.size() != signature.argumentTypes().size()) {
      throw new IllegalArgumentException(
          argumentNames.size() + " names of arguments: " + signature);
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
    if (!returnType.isKnown()) {
      problems.add("The type that it returns is not known: " + returnType + ".");
    }
    if (definition.body().isEmpty() || definition.language().isEmpty()) {
      problems.add("The server does not tell what it does.");
    }
    return List.copyOf(problems);
  }

  @Override
  public String describe() {
    CqlWriter cql = new CqlWriter().raw("CREATE FUNCTION ").qualified(keyspace, name()).raw("(");
    for (int i = 0; i < argumentNames.size(); i++) {
      cql.raw(i == 0 ? "" : ", ").name(argumentNames.get(i));
      cql.raw(" " + SignatureText.unfrozen(signature.argumentTypes().get(i)));
    }
    cql.raw(")\n    ").raw(definition.isCalledOnNullInput() ? "CALLED" : "RETURNS NULL");
    cql.raw(" ON NULL INPUT\n    RETURNS ").raw(SignatureText.unfrozen(returnType.text()));
    cql.raw(definition.promises())
        .raw("\n    LANGUAGE ")
        .raw(definition.language())
        .raw("\n    AS ");
    if (definition.body().contains("$$")) {
      cql.literal(definition.body());
    } else {
      cql.raw("$$").raw(definition.body()).raw("$$");
    }
    return cql.statement("Function " + keyspace + "." + signature, problems());
  }
}
