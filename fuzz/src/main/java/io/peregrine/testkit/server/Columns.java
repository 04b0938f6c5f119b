package io.peregrine.testkit.server;

import com.datastax.oss.protocol.internal.response.result.ColumnSpec;
import com.datastax.oss.protocol.internal.response.result.RawType;
import java.util.ArrayList;
import java.util.List;

/**
 * Names and types of the columns of a result, or of the variables of a statement. Immutable: each
 * call gives a new list.
 */
public final class Columns {
  /** No columns at all. */
  public static final Columns NONE = new Columns("ks", "t", List.of());

  private final String keyspace;
  private final String table;
  private final List<ColumnSpec> specs;

  private Columns(String keyspace, String table, List<ColumnSpec> specs) {
    this.keyspace = keyspace;
    this.table = table;
    this.specs = specs;
  }

  /**
   * Columns of a table, none yet.
   *
   * @param keyspace the keyspace they are said to come from
   * @param table the table they are said to come from
   * @return the empty list
   */
  public static Columns of(String keyspace, String table) {
    return new Columns(keyspace, table, List.of());
  }

  /**
   * These and one more, of a primitive type.
   *
   * @param name its name
   * @param dataType the type's code, one of native-protocol's {@code ProtocolConstants.DataType}
   * @return the longer list
   */
  public Columns and(String name, int dataType) {
    RawType type = RawType.PRIMITIVES.get(dataType);
    if (type == null) {
      throw new IllegalArgumentException(
          "0x" + Integer.toHexString(dataType) + " is no primitive type: give the RawType itself");
    }
    return and(name, type);
  }

  /**
   * These and one more, of any type.
   *
   * @param name its name
   * @param type its type
   * @return the longer list
   */
  public Columns and(String name, RawType type) {
    List<ColumnSpec> longer = new ArrayList<>(specs);
    longer.add(new ColumnSpec(keyspace, table, name, specs.size(), type));
    return new Columns(keyspace, table, List.copyOf(longer));
  }

  /**
   * The columns as the codecs know them.
   *
   * @return an immutable list
   */
  public List<ColumnSpec> specs() {
    return specs;
  }
}
