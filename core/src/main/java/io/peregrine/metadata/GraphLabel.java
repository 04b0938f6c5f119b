package io.peregrine.metadata;

import java.util.List;

/** What a table is in a graph of DSE 6.8. Immutable; any thread may use it. */
public sealed interface GraphLabel {
  /**
   * The label of its vertices or edges.
   *
   * @return the name, as the server has it (unquoted)
   */
  String name();

  /**
   * Each row is a vertex.
   *
   * @param name the label, as the server has it (unquoted)
   */
  record Vertex(String name) implements GraphLabel {
    /** How the table's definition says it. */
    @Override
    public String toString() {
      return "VERTEX LABEL " + CqlNames.quoted(name);
    }
  }

  /**
   * Each row is an edge.
   *
   * @param name the label, as the server has it (unquoted)
   * @param from where it begins
   * @param to where it ends
   */
  record Edge(String name, EdgeEnd from, EdgeEnd to) implements GraphLabel {
    /** How the table's definition says it. */
    @Override
    public String toString() {
      return "EDGE LABEL " + CqlNames.quoted(name) + " FROM " + from + " TO " + to;
    }
  }

  /**
   * One end of an edge: which columns of its table are the key of the vertex there.
   *
   * @param label the label of the vertex, as the server has it (unquoted)
   * @param partitionKey the columns that are its partition key
   * @param clusteringKey the columns that are its clustering columns
   */
  record EdgeEnd(String label, List<String> partitionKey, List<String> clusteringKey) {
    /** Copies the lists, so that a later change of them does not reach this. */
    public EdgeEnd {
      partitionKey = List.copyOf(partitionKey);
      clusteringKey = List.copyOf(clusteringKey);
    }

    /** How the edge's definition says it. */
    @Override
    public String toString() {
      boolean isComposite = partitionKey.size() > 1;
      CqlWriter cql = new CqlWriter().name(label).raw(isComposite ? "((" : "(");
      cql.names(partitionKey).raw(isComposite ? ")" : "");
      cql.raw(clusteringKey.isEmpty() ? "" : ", ").names(clusteringKey);
      return cql.raw(")").toString();
    }
  }
}
