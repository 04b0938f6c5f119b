package io.peregrine.fuzz.wire;

import com.datastax.oss.protocol.internal.response.result.ColumnSpec;
import io.peregrine.codec.DataType;
import io.peregrine.codec.ProtocolVersion;
import io.peregrine.codec.row.ColumnDefinitions;
import java.util.ArrayList;
import java.util.List;

/**
 * Generated columns in the two vocabularies. Immutable.
 *
 * @param specs as the independent codec writes them
 * @param types what our decoders must make of their types
 */
record ColumnChoices(List<ColumnSpec> specs, List<DataType> types) {
  static final ColumnChoices NONE = new ColumnChoices(List.of(), List.of());

  static ColumnChoices of(Choices choices, ProtocolVersion version, int max) {
    int count = choices.rarely(24) ? choices.below(200) : choices.below(max + 1);
    boolean oneTable = choices.yes();
    String keyspace = choices.text();
    String table = choices.text();
    List<ColumnSpec> specs = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (!oneTable && choices.yes()) {
        keyspace = choices.text();
        table = choices.text();
      }
      TypeChoices type = TypeChoices.of(choices, version);
      specs.add(new ColumnSpec(keyspace, table, choices.text(), i, type.raw()));
      types.add(type.type());
    }
    return new ColumnChoices(specs, types);
  }

  int size() {
    return specs.size();
  }

  /** What our decoders must make of them. */
  ColumnDefinitions definitions() {
    ColumnDefinitions.Column[] columns = new ColumnDefinitions.Column[size()];
    for (int i = 0; i < columns.length; i++) {
      ColumnSpec spec = specs.get(i);
      columns[i] =
          new ColumnDefinitions.Column(spec.ksName, spec.tableName, spec.name, types.get(i));
    }
    return ColumnDefinitions.of(columns);
  }
}
