package io.peregrine.type;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.InvalidValueException;
import io.peregrine.codec.row.ValueGetters;
import io.peregrine.codec.row.ValueWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * An enum in texts by its constants' names, in integers by their ordinals. Immutable; any thread
 * may use it.
 */
final class EnumCodec<E extends Enum<E>> implements TypeCodec<E> {
  private final Class<E> javaClass;
  private final E[] constants;
  private final Map<String, E> byName = new HashMap<>();

  EnumCodec(Class<E> javaClass) {
    this.javaClass = javaClass;
    this.constants = javaClass.getEnumConstants();
    for (E constant : constants) {
      byName.put(constant.name(), constant);
    }
  }

  @Override
  public Class<E> javaClass() {
    return javaClass;
  }

  static boolean takes(DataType type) {
    return isText(type)
        || type == Primitive.INT
        || type == Primitive.SMALLINT
        || type == Primitive.TINYINT;
  }

  @Override
  public boolean accepts(DataType type) {
    return takes(type);
  }

  private static boolean isText(DataType type) {
    return type == Primitive.VARCHAR || type == Primitive.ASCII;
  }

  @Override
  public void encode(DataType type, E value, ValueWriter writer) {
    int ordinal = value.ordinal();
    if (isText(type)) {
      writer.putText(value.name());
    } else if (type == Primitive.INT) {
      writer.putInt(ordinal);
    } else if (type == Primitive.SMALLINT) {
      writer.putShort((short) ordinal);
    } else if (ordinal <= Byte.MAX_VALUE) {
      writer.putByte((byte) ordinal);
    } else {
      throw new InvalidValueException(
          value + " is constant " + ordinal + ", and a tinyint holds 127 at most; use a smallint");
    }
  }

  @Override
  public E decode(DataType type, ValueGetters value) {
    if (isText(type)) {
      String name = value.getString();
      E constant = byName.get(name);
      if (constant == null) {
        throw unknown("'" + name + "'");
      }
      return constant;
    }
    int ordinal =
        type == Primitive.INT
            ? value.getInt()
            : type == Primitive.SMALLINT ? value.getShort() : value.getByte();
    if (ordinal < 0 || ordinal >= constants.length) {
      throw unknown("number " + ordinal);
    }
    return constants[ordinal];
  }

  private InvalidValueException unknown(String what) {
    return new InvalidValueException(
        javaClass.getTypeName()
            + " has no constant "
            + what
            + "; it has "
            + Arrays.toString(constants)
            + ", from 0 on");
  }
}
