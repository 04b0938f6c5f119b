package io.peregrine.codec;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The type of a CQL value (v5 specification, section 4.2.5.2, {@code [option]}). Immutable; any
 * thread may use it.
 *
 * <p>{@code toString} gives CQL text.
 */
public sealed interface DataType {
  /** Types nest at most this deep; deeper ones are refused as malformed. */
  int MAX_NESTING = 64;

  /**
   * A type without parameters.
   *
   * <p>The constants stand in the order of their option ids.
   */
  enum Primitive implements DataType {
    /** ASCII text. */
    ASCII(0x0001),
    /** 64-bit signed integer. */
    BIGINT(0x0002),
    /** Bytes. */
    BLOB(0x0003),
    /** True or false. */
    BOOLEAN(0x0004),
    /** 64-bit counter. */
    COUNTER(0x0005),
    /** Decimal number of any precision. */
    DECIMAL(0x0006),
    /** IEEE 754 binary64. */
    DOUBLE(0x0007),
    /** IEEE 754 binary32. */
    FLOAT(0x0008),
    /** 32-bit signed integer. */
    INT(0x0009),
    /** Milliseconds since 1970-01-01T00:00Z. */
    TIMESTAMP(0x000B),
    /** UUID of any version. */
    UUID(0x000C),
    /** UTF-8 text; {@code text} is the same type. */
    VARCHAR(0x000D),
    /** Integer of any size. */
    VARINT(0x000E),
    /** UUID of version 1. */
    TIMEUUID(0x000F),
    /** IPv4 or IPv6 address. */
    INET(0x0010),
    /** Day, without a time zone. */
    DATE(0x0011),
    /** Nanoseconds since midnight. */
    TIME(0x0012),
    /** 16-bit signed integer. */
    SMALLINT(0x0013),
    /** 8-bit signed integer. */
    TINYINT(0x0014),
    /** Months, days and nanoseconds. */
    DURATION(0x0015);

    private final int id;

    Primitive(int id) {
      this.id = id;
    }

    @Override
    public int id() {
      return id;
    }

    @Override
    public String toString() {
      return this == VARCHAR ? "text" : name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A list.
   *
   * @param element the type of the elements
   */
  record ListType(DataType element) implements DataType {
    @Override
    public int id() {
      return LIST;
    }

    @Override
    public String toString() {
      return "list<" + element + ">";
    }
  }

  /**
   * A set.
   *
   * @param element the type of the elements
   */
  record SetType(DataType element) implements DataType {
    @Override
    public int id() {
      return SET;
    }

    @Override
    public String toString() {
      return "set<" + element + ">";
    }
  }

  /**
   * A map.
   *
   * @param key the type of the keys
   * @param value the type of the values
   */
  record MapType(DataType key, DataType value) implements DataType {
    @Override
    public int id() {
      return MAP;
    }

    @Override
    public String toString() {
      return "map<" + key + ", " + value + ">";
    }
  }

  /**
   * A tuple.
   *
   * @param components the types of the components, in order
   */
  record TupleType(List<DataType> components) implements DataType {
    /** Copies the list, so that a later change of it does not reach the type. */
    public TupleType {
      components = List.copyOf(components);
    }

    @Override
    public int id() {
      return TUPLE;
    }

    @Override
    public String toString() {
      return components.stream()
          .map(DataType::toString)
          .collect(Collectors.joining(", ", "tuple<", ">"));
    }
  }

  /**
   * A user-defined type.
   *
   * @param keyspace the keyspace that it is defined in
   * @param name its name, as the server has it (unquoted)
   * @param fieldNames the names of the fields, in order
   * @param fieldTypes the types of the fields, in the same order
   */
  record UserType(String keyspace, String name, List<String> fieldNames, List<DataType> fieldTypes)
      implements DataType {
    /**
     * Copies the lists and checks that they match.
     *
     * @throws IllegalArgumentException if the lists differ in size
     */
    public UserType {
      fieldNames = List.copyOf(fieldNames);
      fieldTypes = List.copyOf(fieldTypes);
      if (fieldNames.size() != fieldTypes.size()) {
        throw new IllegalArgumentException(
            fieldNames.size() + " field names but " + fieldTypes.size() + " field types");
      }
    }

    @Override
    public int id() {
      return UDT;
    }

    /**
     * The position of a field.
     *
     * @param fieldName its name, case-sensitive
     * @return the index, or -1 if there is no such field
     */
    public int indexOf(String fieldName) {
      return fieldNames.indexOf(fieldName);
    }

    @Override
    public String toString() {
      return keyspace + "." + name;
    }
  }

  /**
   * A vector: a fixed number of elements, none of them null.
   *
   * @param element the type of the elements
   * @param dimensions how many there are, at least 1
   */
  record VectorType(DataType element, int dimensions) implements DataType {
    /**
     * Checks the dimensions.
     *
     * @throws IllegalArgumentException if there is not at least one
     */
    public VectorType {
      if (dimensions < 1) {
        throw new IllegalArgumentException("a vector has at least 1 dimension, not " + dimensions);
      }
    }

    @Override
    public int id() {
      return CUSTOM;
    }

    @Override
    public String toString() {
      return "vector<" + element + ", " + dimensions + ">";
    }
  }

  /**
   * A type that DataStax Enterprise adds: a custom type on the wire, whose values the driver knows.
   */
  enum DseType implements DataType {
    /** A point of the plane. */
    POINT("PointType"),
    /** A line through points of the plane. */
    LINE_STRING("LineStringType"),
    /** A part of the plane within a ring, less the parts within others. */
    POLYGON("PolygonType"),
    /** A stretch of time, whose ends are as precise as they are given. */
    DATE_RANGE("DateRangeType");

    private final String className;

    DseType(String simpleName) {
      className = "org.apache.cassandra.db.marshal." + simpleName;
    }

    /**
     * What the server calls the type.
     *
     * @return the name of its class
     */
    public String className() {
      return className;
    }

    @Override
    public int id() {
      return CUSTOM;
    }

    @Override
    public String toString() {
      return "'" + className.substring(className.lastIndexOf('.') + 1) + "'";
    }
  }

  /**
   * A type known to the server alone; its values are bytes here.
   *
   * @param className the server's class name, with its parameters
   */
  record CustomType(String className) implements DataType {
    @Override
    public int id() {
      return CUSTOM;
    }

    @Override
    public String toString() {
      return "'" + className + "'";
    }
  }

  /** Option id of a custom type, which is followed by a class name. */
  int CUSTOM = 0x0000;

  /** Option id of a list. */
  int LIST = 0x0020;

  /** Option id of a map. */
  int MAP = 0x0021;

  /** Option id of a set. */
  int SET = 0x0022;

  /** Option id of a user-defined type. */
  int UDT = 0x0030;

  /** Option id of a tuple. */
  int TUPLE = 0x0031;

  /**
   * The number that stands for this kind of type on the wire.
   *
   * @return the option id
   */
  int id();
}
