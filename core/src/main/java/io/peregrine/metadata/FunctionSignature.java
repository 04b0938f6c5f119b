package io.peregrine.metadata;

import java.util.Comparator;
import java.util.List;

/**
 * What tells a function or aggregate apart from others of its name. Immutable; any thread may use
 * it.
 *
 * @param name its name, as the server has it (unquoted)
 * @param argumentTypes the CQL texts of the types of its arguments, as the server has them
 */
public record FunctionSignature(String name, List<String> argumentTypes)
    implements Comparable<FunctionSignature> {
  private static final Comparator<FunctionSignature> ORDER =
      Comparator.comparing(FunctionSignature::name)
          .thenComparing(signature -> String.join(",", signature.argumentTypes()));

  /** Copies the list, so that a later change of it does not reach this. */
  public FunctionSignature {
    argumentTypes = List.copyOf(argumentTypes);
  }

  @Override
  public int compareTo(FunctionSignature other) {
    return ORDER.compare(this, other);
  }

  /**
   * The signature as text.
   *
   * @return such as {@code plus(int,int)}
   */
  @Override
  public String toString() {
    return name + "(" + String.join(",", argumentTypes) + ")";
  }
}
