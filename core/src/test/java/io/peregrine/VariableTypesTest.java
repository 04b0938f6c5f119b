package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.DataType;
import io.peregrine.codec.DataType.ListType;
import io.peregrine.codec.DataType.MapType;
import io.peregrine.codec.DataType.Primitive;
import io.peregrine.codec.DataType.SetType;
import io.peregrine.codec.DataType.TupleType;
import io.peregrine.codec.DataType.UserType;
import io.peregrine.codec.DataType.VectorType;
import io.peregrine.codec.row.ColumnDefinitions;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class VariableTypesTest {
  private static final UserType YOUNG =
      new UserType("ks", "u", List.of("a"), List.of(Primitive.INT));
  private static final UserType GROWN =
      new UserType("ks", "u", List.of("a", "b"), List.of(Primitive.INT, Primitive.VARCHAR));

  private static boolean stillFit(DataType before, DataType now) {
    return VariableTypes.stillFit(columns(before), columns(now));
  }

  private static ColumnDefinitions columns(DataType... types) {
    List<String> names = List.of("a", "b", "c").subList(0, types.length);
    return ColumnDefinitions.of("ks", "t", names, List.of(types));
  }

  @Test
  void sameTypesFitAndOthersDoNot() {
    assertThat(stillFit(Primitive.INT, Primitive.INT)).isTrue();
    assertThat(stillFit(Primitive.INT, Primitive.BIGINT)).isFalse();
    assertThat(
            VariableTypes.stillFit(columns(Primitive.INT), columns(Primitive.INT, Primitive.INT)))
        .isFalse();
    assertThat(stillFit(new ListType(Primitive.INT), new SetType(Primitive.INT))).isFalse();
  }

  @Test
  void typeThatHasGrownFitsWhereverItIs() {
    List<UnaryOperator<DataType>> places =
        List.of(
            type -> type,
            ListType::new,
            SetType::new,
            type -> new MapType(type, Primitive.INT),
            type -> new MapType(Primitive.INT, type),
            type -> new TupleType(List.of(Primitive.INT, type)),
            type -> new VectorType(type, 3),
            type -> new UserType("ks", "outer", List.of("inner"), List.of(type)));
    for (UnaryOperator<DataType> place : places) {
      assertThat(stillFit(place.apply(YOUNG), place.apply(GROWN))).isTrue();
      // A value may have fields that the type does not know any more.
      assertThat(stillFit(place.apply(GROWN), place.apply(YOUNG))).isFalse();
      assertThat(stillFit(place.apply(YOUNG), place.apply(Primitive.INT))).isFalse();
    }
  }

  @Test
  void otherTypeOfTheSameFieldsDoesNotFit() {
    UserType other = new UserType("ks", "other", List.of("a"), List.of(Primitive.INT));
    UserType elsewhere = new UserType("other", "u", List.of("a"), List.of(Primitive.INT));
    UserType changed = new UserType("ks", "u", List.of("a"), List.of(Primitive.BIGINT));
    assertThat(stillFit(YOUNG, other)).isFalse();
    assertThat(stillFit(YOUNG, elsewhere)).isFalse();
    assertThat(stillFit(YOUNG, changed)).isFalse();
    assertThat(stillFit(new VectorType(YOUNG, 3), new VectorType(GROWN, 4))).isFalse();
  }
}
