package io.peregrine;

import io.peregrine.codec.DataType;
import io.peregrine.codec.row.ColumnDefinitions;
import java.util.List;

/** Whether values that were encoded for a statement's variables still fit them. Stateless. */
final class VariableTypes {
  private VariableTypes() {}

  /** Whether values for variables as they were are values for those that there are now. */
  static boolean stillFit(ColumnDefinitions before, ColumnDefinitions now) {
    boolean fit = before.size() == now.size();
    for (int i = 0; fit && i < before.size(); i++) {
      fit = fits(before.type(i), now.type(i));
    }
    return fit;
  }

  /** A user-defined type may have more fields by now: those that a value lacks are null. */
  private static boolean fits(DataType before, DataType now) {
    if (before.equals(now)) {
      return true;
    }
    if (before instanceof DataType.UserType old && now instanceof DataType.UserType grown) {
      int known = old.fieldNames().size();
      return old.keyspace().equals(grown.keyspace())
          && old.name().equals(grown.name())
          && known <= grown.fieldNames().size()
          && fit(old.fieldTypes(), grown.fieldTypes().subList(0, known));
    }
    if (before instanceof DataType.ListType old && now instanceof DataType.ListType list) {
      return fits(old.element(), list.element());
    }
    if (before instanceof DataType.SetType old && now instanceof DataType.SetType set) {
      return fits(old.element(), set.element());
    }
    if (before instanceof DataType.MapType old && now instanceof DataType.MapType map) {
      return fits(old.key(), map.key()) && fits(old.value(), map.value());
    }
    if (before instanceof DataType.VectorType old && now instanceof DataType.VectorType vector) {
      return old.dimensions() == vector.dimensions() && fits(old.element(), vector.element());
    }
    return before instanceof DataType.TupleType old
        && now instanceof DataType.TupleType tuple
        && fit(old.components(), tuple.components());
  }

  private static boolean fit(List<DataType> before, List<DataType> now) {
    boolean fit = before.size() == now.size();
    for (int i = 0; fit && i < before.size(); i++) {
      fit = fits(before.get(i), now.get(i));
    }
    return fit;
  }
}
