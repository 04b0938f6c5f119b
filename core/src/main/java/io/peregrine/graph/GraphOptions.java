package io.peregrine.graph;

import io.peregrine.codec.ConsistencyLevel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What DSE is told of a graph query beside its text: which graph it is of, what it begins with, and
 * how results are written. Immutable; any thread may use it.
 */
public final class GraphOptions {
  /** The traversal source that the server answers by itself. */
  public static final String GRAPH_SOURCE = "g";

  /** The traversal source that DSE's analytics nodes answer, which takes its time. */
  public static final String ANALYTICS_SOURCE = "a";

  /** The traversal source that the server has set for the graph. */
  public static final String DEFAULT_SOURCE = "default";

  /** The language of texts: Gremlin, in Groovy. */
  public static final String GREMLIN_GROOVY = "gremlin-groovy";

  private static final GraphOptions DEFAULTS = builder().build();

  private final @Nullable String name;
  private final String source;
  private final String language;
  private final @Nullable ConsistencyLevel readConsistency;
  private final @Nullable ConsistencyLevel writeConsistency;
  private final @Nullable GraphProtocol protocol;

  private GraphOptions(Builder builder) {
    name = builder.name;
    source = builder.source;
    language = builder.language;
    readConsistency = builder.readConsistency;
    writeConsistency = builder.writeConsistency;
    protocol = builder.protocol;
  }

  /**
   * Gremlin of no graph's, with the source {@code g}.
   *
   * @return the options
   */
  public static GraphOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Begins to describe options.
   *
   * @return a builder with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Begins to describe options like these.
   *
   * @return a builder with what these have; they stay as they are
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.name = name;
    builder.source = source;
    builder.language = language;
    builder.readConsistency = readConsistency;
    builder.writeConsistency = writeConsistency;
    builder.protocol = protocol;
    return builder;
  }

  /**
   * Which graph it is.
   *
   * @return its name; empty for queries of the server itself, such as those that make graphs
   */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /**
   * What traversals begin with.
   *
   * @return the name of the traversal source
   */
  public String source() {
    return source;
  }

  /**
   * Whether DSE's analytics nodes answer.
   *
   * @return true if the source is {@link #ANALYTICS_SOURCE}
   */
  public boolean isAnalytics() {
    return source.equals(ANALYTICS_SOURCE);
  }

  /**
   * What the text is written in.
   *
   * @return the server's name of the language
   */
  public String language() {
    return language;
  }

  /**
   * How many replicas answer what the query reads.
   *
   * @return the level; empty if it is that of the request
   */
  public Optional<ConsistencyLevel> readConsistency() {
    return Optional.ofNullable(readConsistency);
  }

  /**
   * How many replicas take what the query writes.
   *
   * @return the level; empty if it is that of the request
   */
  public Optional<ConsistencyLevel> writeConsistency() {
    return Optional.ofNullable(writeConsistency);
  }

  /**
   * How results and parameters are written.
   *
   * @return the form; empty if it is to be found out, see {@link Builder#protocol}
   */
  public Optional<GraphProtocol> protocol() {
    return Optional.ofNullable(protocol);
  }

  /**
   * What of it goes to the server with each query: entries of the request's custom payload.
   *
   * @return new buffers by key, to do with as one likes
   */
  public Map<String, ByteBuffer> payload() {
    Map<String, ByteBuffer> payload = new LinkedHashMap<>();
    put(payload, "graph-source", source);
    put(payload, "graph-language", language);
    put(payload, "graph-name", name);
    put(payload, "graph-read-consistency", readConsistency);
    put(payload, "graph-write-consistency", writeConsistency);
    put(payload, "graph-results", protocol == null ? null : protocol.text());
    return payload;
  }

  private static void put(Map<String, ByteBuffer> payload, String key, @Nullable Object value) {
    if (value != null) {
      payload.put(key, ByteBuffer.wrap(value.toString().getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GraphOptions that && payload().equals(that.payload());
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, source, language, readConsistency, writeConsistency, protocol);
  }

  @Override
  public String toString() {
    return "GraphOptions(" + (name == null ? "no graph" : name) + ", " + source + ")";
  }

  /** Makes options. Not thread-safe. Every setter checks its value at once and returns this. */
  public static final class Builder {
    private @Nullable String name;
    private String source = GRAPH_SOURCE;
    private String language = GREMLIN_GROOVY;
    private @Nullable ConsistencyLevel readConsistency;
    private @Nullable ConsistencyLevel writeConsistency;
    private @Nullable GraphProtocol protocol;

    private Builder() {}

    /**
     * Sets which graph it is.
     *
     * @param name its name; null, the default, for queries of the server itself
     * @return this
     * @throws IllegalArgumentException if it is blank
     */
    public Builder name(@Nullable String name) {
      this.name = name == null ? null : checked(name, "name", "leave it out for no graph");
      return this;
    }

    /**
     * Sets what traversals begin with.
     *
     * @param source {@link #GRAPH_SOURCE} by default; with {@link #ANALYTICS_SOURCE}, queries go to
     *     the analytics nodes' master first
     * @return this
     * @throws IllegalArgumentException if it is blank
     */
    public Builder source(String source) {
      this.source = checked(source, "source", "'default' is the one that the server has set");
      return this;
    }

    /**
     * Sets what the text is written in.
     *
     * @param language the server's name of it; {@link #GREMLIN_GROOVY} by default
     * @return this
     * @throws IllegalArgumentException if it is blank
     */
    public Builder language(String language) {
      this.language = checked(language, "language", "it is mostly 'gremlin-groovy'");
      return this;
    }

    /**
     * Sets how many replicas answer what the query reads.
     *
     * @param consistency the level; null, the default, for that of the request
     * @return this
     */
    public Builder readConsistency(@Nullable ConsistencyLevel consistency) {
      this.readConsistency = consistency;
      return this;
    }

    /**
     * Sets how many replicas take what the query writes.
     *
     * @param consistency the level; null, the default, for that of the request
     * @return this
     */
    public Builder writeConsistency(@Nullable ConsistencyLevel consistency) {
      this.writeConsistency = consistency;
      return this;
    }

    /**
     * Sets how results and parameters are written.
     *
     * @param protocol the form; null, the default, to have it found out: GraphSON 3 for a graph of
     *     DSE's Core engine, if the driver reads the schema, else GraphSON 1 for {@link
     *     #GREMLIN_GROOVY} and GraphSON 2 for other languages
     * @return this
     */
    public Builder protocol(@Nullable GraphProtocol protocol) {
      this.protocol = protocol;
      return this;
    }

    private static String checked(String value, String what, String remedy) {
      if (value.isBlank()) {
        throw new IllegalArgumentException("a graph " + what + " that is blank; " + remedy);
      }
      return value;
    }

    /**
     * Makes the options.
     *
     * @return options with what was set; the builder may be used again
     */
    public GraphOptions build() {
      return new GraphOptions(this);
    }
  }
}
