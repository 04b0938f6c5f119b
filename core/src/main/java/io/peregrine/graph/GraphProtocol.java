package io.peregrine.graph;

/** In which form the server sends results, and is sent parameters. */
public enum GraphProtocol {
  /** GraphSON 1: values without their types. What DSE uses by itself. */
  GRAPHSON_1("graphson-1.0"),
  /** GraphSON 2: numbers, dates and elements say what they are. */
  GRAPHSON_2("graphson-2.0"),
  /** GraphSON 3: maps, lists and sets too. What the graphs of DSE 6.8's Core engine speak. */
  GRAPHSON_3("graphson-3.0");

  private final String text;

  GraphProtocol(String text) {
    this.text = text;
  }

  /**
   * What the server calls it.
   *
   * @return the value of {@code graph-results} in the payload
   */
  public String text() {
    return text;
  }
}
