package io.peregrine.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.codec.DriverException;
import io.peregrine.codec.value.KeyCrowd;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results that are JSON, and not what they say they are. */
@Timeout(60)
class HostileGraphsonTest {
  private static Object typed(String type, String value) {
    String json = "{'@type':'" + type + "','@value':" + value + "}";
    return TypedGraphson.read(JsonReader.read(json.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "g:Int32 | 2147483648 | The value 2147483648 is no Integer",
        "g:Int32 | 1.0 | is no Integer",
        "g:Int32 | '1' | The text '1' is no Integer",
        "g:Int32 | [] | An array is no Integer",
        "g:Int64 | 9223372036854775808 | is no Long",
        "g:Int64 | 1e3 | is no Long",
        "gx:Int16 | 32768 | is no Short",
        "g:Double | 1e999 | is no Double",
        "g:Double | 'nan' | is no Double",
        "g:Float | 1e39 | The value 1e39 is no Float",
        "g:Float | 'nan' | is no Float",
        "gx:BigInteger | 1e3 | is no BigInteger",
        "gx:BigInteger | 'x' | The text 'x' is no BigInteger",
        "gx:BigDecimal | true | is no BigDecimal",
        "g:UUID | '1-2-3-4-5' | is no UUID",
        "g:UUID | 'zz' | is no UUID",
        "gx:Instant | 'yesterday' | The text 'yesterday' is no Instant",
        "gx:LocalDate | '2026-02-30' | is no LocalDate",
        "gx:LocalTime | '25:00' | is no LocalTime",
        "gx:Duration | '5 minutes' | is no Duration",
        "gx:InetAddress | 'localhost' | is no InetAddress: it is no address in digits",
        "gx:InetAddress | '127.0.0.256' | is no InetAddress",
        "gx:InetAddress | '1.2.3' | is no InetAddress",
        "gx:InetAddress | '.:.' | is no InetAddress",
        "gx:InetAddress | '::g' | is no InetAddress",
        "gx:InetAddress | '' | is no InetAddress",
        "dse:Blob | 'a' | is no ByteBuffer",
        "gx:Char | 'ab' | is no Character",
        "dse:Point | 'POINT (1)' | is no Point: there is no coordinate at offset 8",
        "dse:Point | 'POINT (1 2' | there is no ')' at offset 10",
        "dse:Point | 'LINESTRING (1 2)' | there is no POINT at offset 0",
        "dse:Point | 'POINT (1 2) x' | there is more than the geometry at offset 12",
        "dse:Point | 7 | The value 7 stands in the place of dse:Point",
        "dse:Polygon | 'POLYGON ((1 2), )' | there is no '(' at offset 16",
        "g:T | 'name' | The text 'name' stands in the place of g:T",
        "g:List | {} | An object stands in the place of g:List",
        "g:Set | 'a' | stands in the place of g:Set",
        "g:Map | [1] | A g:Map of 1 elements; they come in pairs",
        "g:BulkSet | ['a',0] | The value 0 stands in the place of a count",
        "g:BulkSet | ['a',-1] | stands in the place of a count",
        "g:BulkSet | ['a',1.5] | stands in the place of a count",
        "g:BulkSet | ['a',99999999999999999999] | stands in the place of a count",
        "g:Vertex | [] | An array stands in the place of g:Vertex",
        "g:Vertex | {'label':'x'} | The id of a vertex is missing",
        "g:Vertex | {'id':1,'label':2} | stands in the place of the label of a vertex",
        "g:Vertex | {'id':1,'properties':[]} | An array stands in the place of the properties",
        "g:Vertex | {'id':1,'properties':{'a':1}} | the array of a vertex's property",
        "g:Vertex | {'id':1,'properties':{'a':[1]}} | in the place of a vertex's property",
        "g:VertexProperty | {'id':1} | The value of a vertex's property is missing",
        "g:Edge | {'id':1,'inV':2} | The outV of an edge is missing",
        "g:Property | {'key':'a'} | The value of a property is missing",
        "g:Property | {'value':1} | The key of a property is missing",
        "g:Path | {'objects':[]} | The labels of a path is missing",
        "g:Path | {'labels':[[]],'objects':[]} | names of 1 steps and the objects of 0",
        "g:Path | {'labels':[1],'objects':[1]} | in the place of the names of a path's step",
        "g:Path | {'labels':7,'objects':[1]} | in the place of a path's labels",
        "dse:Duration | {'months':1,'days':-1,'nanos':0} | must have one sign",
        "dse:Duration | {'months':1} | without whole months, days and nanos",
        "dse:Tuple | {} | in the place of dse:Tuple",
        "dse:UDT | {'definition':[],'value':[1]} | of 0 fields and 1 values",
        "dse:UDT | {'definition':[{}],'value':[1]} | the name of a dse:UDT's field",
      })
  void whatIsNotOfItsTypeIsToldSo(String type, String value, String problem) {
    assertThatThrownBy(() -> typed(type, value))
        .isInstanceOf(GraphsonException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void typeWithoutAValueIsToldSo() {
    assertThatThrownBy(() -> TypedGraphson.read(Map.of("@type", "g:Int32")))
        .isInstanceOf(GraphsonException.class)
        .hasMessageContaining("g:Int32 has no @value");
  }

  @Test
  void messageDoesNotGrowWithTheValue() {
    assertThatThrownBy(() -> typed("g:Int32", "'" + "x".repeat(1_000_000) + "'"))
        .isInstanceOf(GraphsonException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    assertThatThrownBy(() -> typed("gx:BigInteger", "'" + "9".repeat(1_000_000) + "'"))
        .isInstanceOf(GraphsonException.class)
        .hasMessageContaining("1000 are read")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  @Test
  void exponentOfManyDigitsCostsNothing() {
    for (String number : new String[] {"1e999999999", "1e-999999999", "-1e2147483647"}) {
      GraphResult big = new GraphResult(typed("gx:BigDecimal", "'" + number + "'"));
      for (Class<?> whole :
          new Class<?>[] {Integer.class, Long.class, Short.class, java.math.BigInteger.class}) {
        assertThatThrownBy(() -> big.as(whole))
            .isInstanceOf(io.peregrine.codec.WrongTypeException.class);
      }
      for (Class<?> rounded : new Class<?>[] {Double.class, Float.class}) {
        if (number.contains("e-")) {
          assertThat(big.as(rounded)).isIn(0.0, 0.0f);
        } else {
          assertThatThrownBy(() -> big.as(rounded))
              .isInstanceOf(io.peregrine.codec.WrongTypeException.class);
        }
      }
      assertThat(big.toString()).hasSizeLessThan(100);
    }
    assertThat(new GraphResult(typed("gx:BigDecimal", "'0e999999999'")).as(Long.class)).isZero();
  }

  @Test
  void exponentOfMoreDigitsThanAnyNumberHasIsRefused() {
    for (String number : new String[] {"1e99999999999", "-1.5E2147483650"}) {
      Object json = JsonReader.read("[" + number + "]");
      assertThatThrownBy(() -> PlainGraphson.read(json))
          .isInstanceOf(GraphsonException.class)
          .hasMessageContaining("The value " + number);
      assertThatThrownBy(() -> TypedGraphson.read(json)).isInstanceOf(GraphsonException.class);
    }
  }

  @Test
  void keysThatCannotBeToldApartInTimeAreRefused() {
    StringBuilder set = new StringBuilder("[");
    StringBuilder map = new StringBuilder("[");
    for (int i = 0; i < 2 * KeyCrowd.MOST; i++) {
      StringBuilder key = new StringBuilder("{'@type':'g:List','@value':[");
      for (int bit = 0; bit < 20; bit++) {
        key.append(bit == 0 ? "" : ",").append((i >> bit & 1) == 0 ? "'Aa'" : "'BB'");
      }
      String comma = i == 0 ? "" : ",";
      set.append(comma).append(key).append("]}");
      map.append(comma).append(key).append("]},1");
    }
    assertThatThrownBy(() -> typed("g:Set", set + "]"))
        .isInstanceOf(GraphsonException.class)
        .hasMessageContaining("256");
    assertThatThrownBy(() -> typed("g:Map", map + "]"))
        .isInstanceOf(GraphsonException.class)
        .hasMessageContaining("256");
  }

  @Test
  void keysThatHaveAnOrderMayHaveOneHash() {
    StringBuilder set = new StringBuilder("[");
    for (long i = 0; i < 2 * KeyCrowd.MOST; i++) {
      set.append(i == 0 ? "" : ",").append(i << 32 | i);
    }
    assertThat((java.util.Set<?>) typed("g:Set", set + "]")).hasSize(2 * KeyCrowd.MOST);
  }

  @Test
  void deepResultIsReadOrRefusedAndDoesNotEndTheThread() {
    String open = "{'@type':'g:List','@value':[";
    for (int depth : new int[] {100, 250, 256, 257, 100_000}) {
      String json = open.repeat(depth) + "]}".repeat(depth);
      readOrRefuse(json.replace('\'', '"'));
    }
  }

  private static void readOrRefuse(String json) {
    for (boolean plain : new boolean[] {true, false}) {
      try {
        Object read = JsonReader.read(json);
        Object value = plain ? PlainGraphson.read(read) : TypedGraphson.read(read);
        assertThat(new GraphResult(value)).hasSameHashCodeAs(new GraphResult(value));
      } catch (DriverException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  /** Results of all kinds, with a few characters changed: none may end in another exception. */
  @Test
  void damagedResultIsReadOrRefused() {
    String whole =
        "[{'@type':'g:Vertex','@value':{'id':{'@type':'g:Int64','@value':1},'label':'p',"
            + "'properties':{'name':[{'@type':'g:VertexProperty','@value':{'id':2,'value':'ann',"
            + "'label':'name'}}]}}},{'@type':'g:Path','@value':{'labels':[['a']],'objects':[1]}},"
            + "{'@type':'g:Edge','@value':{'id':1,'inV':2,'outV':3,'properties':{}}},"
            + "{'@type':'g:Map','@value':['k',{'@type':'dse:Point','@value':'POINT (1 2)'}]},"
            + "{'@type':'g:BulkSet','@value':['a',3]},{'@type':'gx:Duration','@value':'PT1S'},"
            + "{'@type':'gx:InetAddress','@value':'1.2.3.4'},{'@type':'gx:BigDecimal','@value':1.5},"
            + "{'@type':'dse:UDT','@value':{'definition':[{'fieldName':'f'}],'value':[1]}},"
            + "{'id':1,'label':'l','type':'vertex','properties':{'a':[{'id':1,'value':2}]}}]";
    String json = whole.replace('\'', '"');
    String alphabet = "{}[]\",:0123456789-.eEgxdT@tn \\u";
    Random random = new Random(20261127);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder damaged = new StringBuilder(json);
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        int at = random.nextInt(damaged.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        switch (random.nextInt(3)) {
          case 0 -> damaged.setCharAt(at, c);
          case 1 -> damaged.insert(at, c);
          default -> damaged.deleteCharAt(at);
        }
      }
      readOrRefuse(damaged.toString());
    }
  }
}
