package io.peregrine.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.codec.value.CqlDuration;
import io.peregrine.codec.value.LineString;
import io.peregrine.codec.value.Point;
import io.peregrine.codec.value.Polygon;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What GraphSON says, in each of its forms, and what becomes of it. */
class GraphsonTest {
  private static @Nullable Object plain(String json) {
    return PlainGraphson.read(JsonReader.read(json.replace('\'', '"')));
  }

  private static @Nullable Object typed(String json) {
    return TypedGraphson.read(JsonReader.read(json.replace('\'', '"')));
  }

  private static @Nullable Object typed(String type, String value) {
    return typed("{'@type':'" + type + "','@value':" + value + "}");
  }

  @Test
  void vertexOfTheFirstFormHasItsPropertiesWithWhatIsSaidOfThem() {
    Vertex vertex =
        (Vertex)
            plain(
                "{'id':{'~label':'person','community_id':12,'member_id':0},'label':'person',"
                    + "'type':'vertex','properties':{'name':[{'id':{'local_id':'a'},"
                    + "'value':'ann','properties':{'since':2020}},{'id':7,'value':'anna'}],"
                    + "'age':[{'id':8,'value':29}]}}");
    assertThat(vertex.id())
        .isEqualTo(Map.of("~label", "person", "community_id", 12, "member_id", 0));
    assertThat(vertex.label()).isEqualTo("person");
    assertThat(vertex.properties().get("name"))
        .containsExactly(
            new VertexProperty(Map.of("local_id", "a"), "name", "ann", Map.of("since", 2020)),
            new VertexProperty(7, "name", "anna", Map.of()));
    assertThat(vertex.property("age")).map(VertexProperty::value).contains(29);
    assertThat(vertex.property("shoe")).isEmpty();
  }

  @Test
  void edgeOfTheFirstFormHasBothOfItsEnds() {
    assertThat(
            plain(
                "{'id':'e','label':'knows','type':'edge','inV':2,'inVLabel':'person','outV':1,"
                    + "'outVLabel':'pet','properties':{'weight':0.5,'type':'vertex'}}"))
        .isEqualTo(
            new Edge("e", "knows", 1, "pet", 2, "person", Map.of("weight", 0.5, "type", "vertex")));
    assertThat(plain("{'id':1,'label':'l','type':'edge','inV':2,'outV':3}"))
        .isEqualTo(new Edge(1, "l", 3, "vertex", 2, "vertex", Map.of()));
  }

  @Test
  void whatOnlyLooksLikeAnElementIsAMap() {
    assertThat(plain("{'type':'vertex'}")).isEqualTo(Map.of("type", "vertex"));
    assertThat(plain("{'id':1,'label':'l','type':'car'}"))
        .isEqualTo(Map.of("id", 1, "label", "l", "type", "car"));
    // The names of properties are the application's: these look like a vertex, and are none.
    Edge edge =
        (Edge)
            plain(
                "{'id':1,'label':'l','type':'edge','inV':2,'outV':3,"
                    + "'properties':{'id':1,'label':'x','type':'vertex'}}");
    assertThat(edge.properties()).isEqualTo(Map.of("id", 1, "label", "x", "type", "vertex"));
    Vertex vertex =
        (Vertex)
            plain(
                "{'id':1,'label':'l','type':'vertex','properties':{'a':[{'id':2,'value':3,"
                    + "'properties':{'id':1,'label':'x','type':'vertex'}}]}}");
    assertThat(vertex.property("a"))
        .map(VertexProperty::properties)
        .contains(Map.of("id", 1, "label", "x", "type", "vertex"));
    assertThat(plain("{'@type':'g:Int32','@value':1}"))
        .isEqualTo(Map.of("@type", "g:Int32", "@value", 1));
  }

  @Test
  void elementsMayStandInCollections() {
    List<?> read =
        (List<?>) plain("[{'a':{'id':1,'label':'l','type':'vertex'}},[null,true,1.5,'t',3]]");
    assertThat(read.get(0)).isEqualTo(Map.of("a", new Vertex(1, "l", Map.of())));
    assertThat(read.get(1)).isEqualTo(Arrays.asList(null, true, 1.5, "t", 3));
  }

  @Test
  void scalarsOfTheTypedFormsAreWhatTheySay() throws Exception {
    assertThat(typed("g:Int32", "-1")).isEqualTo(-1);
    assertThat(typed("g:Int64", "1")).isEqualTo(1L);
    assertThat(typed("gx:Int16", "1")).isEqualTo((short) 1);
    assertThat(typed("gx:Byte", "1")).isEqualTo((byte) 1);
    assertThat(typed("g:Double", "1")).isEqualTo(1.0);
    assertThat(typed("g:Double", "'NaN'")).isEqualTo(Double.NaN);
    assertThat(typed("g:Float", "0.1")).isEqualTo(0.1f);
    assertThat(typed("g:Float", "'-Infinity'")).isEqualTo(Float.NEGATIVE_INFINITY);
    // Halfway to the next float and a little more: as a double it is halfway.
    assertThat(typed("g:Float", "1.000000059604644775390626")).isEqualTo(Math.nextUp(1f));
    assertThat(typed("gx:BigInteger", "123456789012345678901"))
        .isEqualTo(new BigInteger("123456789012345678901"));
    assertThat(typed("gx:BigInteger", "'12'")).isEqualTo(BigInteger.valueOf(12));
    assertThat(typed("gx:BigDecimal", "1.10")).isEqualTo(new BigDecimal("1.10"));
    assertThat(typed("gx:BigDecimal", "'1E+3'")).isEqualTo(new BigDecimal("1E+3"));
    assertThat(typed("g:UUID", "'00112233-4455-6677-8899-AABBCCDDEEFF'"))
        .isEqualTo(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
    assertThat(typed("gx:Instant", "'2026-11-27T14:00:00.5Z'"))
        .isEqualTo(Instant.parse("2026-11-27T14:00:00.5Z"));
    assertThat(typed("g:Timestamp", "1500")).isEqualTo(Instant.ofEpochMilli(1500));
    assertThat(typed("g:Date", "1500")).isEqualTo(Instant.ofEpochMilli(1500));
    assertThat(typed("gx:LocalDate", "'-0001-01-02'")).isEqualTo(LocalDate.of(-1, 1, 2));
    assertThat(typed("gx:LocalTime", "'01:02'")).isEqualTo(LocalTime.of(1, 2));
    assertThat(typed("gx:Duration", "'P1DT2H3M4.5S'")).isEqualTo(Duration.ofMillis(93_784_500));
    assertThat(typed("gx:InetAddress", "'127.0.0.1'"))
        .isEqualTo(InetAddress.getByName("127.0.0.1"));
    assertThat(typed("gx:InetAddress", "'::1'")).isEqualTo(InetAddress.getByName("::1"));
    assertThat(typed("dse:Blob", "'AQL/'")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, -1}));
    assertThat(typed("gx:ByteBuffer", "''")).isEqualTo(ByteBuffer.allocate(0));
    assertThat(typed("gx:Char", "'c'")).isEqualTo('c');
    assertThat(typed("g:T", "'id'")).isEqualTo(GraphToken.ID);
    assertThat(typed("g:Direction", "'OUT'")).isEqualTo(GraphToken.OUT);
  }

  @Test
  void geometriesAreReadFromTheirTexts() {
    Point a = new Point(0, 0);
    Point b = new Point(1.5, -2e3);
    assertThat(typed("dse:Point", "'POINT (1.5 -2e3)'")).isEqualTo(b);
    assertThat(typed("dse:LineString", "'linestring(0 0,1.5   -2000)'"))
        .isEqualTo(LineString.of(a, b));
    assertThat(typed("dse:LineString", "'LINESTRING EMPTY'")).isEqualTo(LineString.EMPTY);
    assertThat(typed("dse:Polygon", "'POLYGON ((0 0, 1.5 -2000, 0 0), (0 0, 0 0))'"))
        .isEqualTo(Polygon.of(LineString.of(a, b, a), LineString.of(a, a)));
    assertThat(typed("dse:Polygon", "'POLYGON EMPTY'")).isEqualTo(Polygon.EMPTY);
  }

  @Test
  void collectionsOfTheThirdFormAreWhatTheySay() {
    assertThat(typed("g:List", "[{'@type':'g:Int32','@value':1},'a',null]"))
        .isEqualTo(Arrays.asList(1, "a", null));
    assertThat(typed("g:Set", "['b','a','b']")).isEqualTo(Set.of("a", "b"));
    assertThat(
            typed(
                "g:Map",
                "[{'@type':'g:T','@value':'label'},'person',"
                    + "{'@type':'g:List','@value':[]},null,'k',{'@type':'g:Map','@value':[]}]"))
        .satisfies(
            map -> {
              Map<?, ?> read = (Map<?, ?>) map;
              assertThat(read).hasSize(3);
              assertThat(read.get(GraphToken.LABEL)).isEqualTo("person");
              assertThat(read.containsKey(List.of())).isTrue();
              assertThat(read.get("k")).isEqualTo(Map.of());
            });
    assertThat(typed("{'a':{'@type':'g:Int64','@value':1}}")).isEqualTo(Map.of("a", 1L));
  }

  @Test
  void bulkSetCountsAndRepeatsNothing() {
    BulkSet set =
        (BulkSet)
            typed("g:BulkSet", "['a',{'@type':'g:Int64','@value':9223372036854775807},'b',2]");
    assertThat(set.entries())
        .containsExactly(new BulkSet.Entry("a", Long.MAX_VALUE), new BulkSet.Entry("b", 2));
    assertThat(set.size()).isEqualTo(Long.MAX_VALUE);
    assertThat(new BulkSet(List.of(new BulkSet.Entry(null, 3))).size()).isEqualTo(3);
  }

  @Test
  void elementsOfTheTypedFormsAreWhatTheySay() {
    assertThat(
            typed(
                "g:Vertex",
                "{'id':{'@type':'g:Int64','@value':1},'label':'person','properties':{'name':["
                    + "{'@type':'g:VertexProperty','@value':{'id':{'@type':'g:Int64','@value':2},"
                    + "'value':'ann','label':'name','properties':{'since':"
                    + "{'@type':'g:Int32','@value':2020}}}}]}}"))
        .isEqualTo(
            new Vertex(
                1L,
                "person",
                Map.of(
                    "name",
                    List.of(new VertexProperty(2L, "name", "ann", Map.of("since", 2020))))));
    assertThat(typed("g:Vertex", "{'id':'v'}")).isEqualTo(new Vertex("v", "vertex", Map.of()));
    assertThat(
            typed(
                "g:Edge",
                "{'id':'e','label':'knows','inV':'b','inVLabel':'pet','outV':'a',"
                    + "'outVLabel':'person','properties':{'w':{'@type':'g:Property','@value':"
                    + "{'key':'w','value':{'@type':'g:Double','@value':0.5}}},'x':'raw'}}"))
        .isEqualTo(new Edge("e", "knows", "a", "person", "b", "pet", Map.of("w", 0.5, "x", "raw")));
    assertThat(typed("g:Property", "{'key':'k','value':null}")).isEqualTo(new Property("k", null));
  }

  @Test
  void pathIsReadInAllForms() {
    Path path = new Path(List.of(Set.of("a", "b"), Set.of()), List.of("x", 1));
    assertThat(new GraphResult(plain("{'labels':[['a','b'],[]],'objects':['x',1]}")).as(Path.class))
        .isEqualTo(path);
    assertThat(
            typed(
                "g:Path",
                "{'labels':[['a','b'],[]],'objects':['x',{'@type':'g:Int32','@value':1}]}"))
        .isEqualTo(path);
    assertThat(
            typed(
                "g:Path",
                "{'labels':{'@type':'g:List','@value':[{'@type':'g:Set','@value':['a','b']},"
                    + "{'@type':'g:Set','@value':[]}]},'objects':{'@type':'g:List','@value':"
                    + "['x',{'@type':'g:Int32','@value':1}]}}"))
        .isEqualTo(path);
    assertThat(path.object("b")).isEqualTo("x");
    assertThat(path.object("c")).isNull();
  }

  @Test
  void typesOfDsesOwnAreRead() {
    assertThat(
            typed(
                "dse:Duration",
                "{'months':{'@type':'g:Int32','@value':1},'days':2,"
                    + "'nanos':{'@type':'g:Int64','@value':3}}"))
        .isEqualTo(new CqlDuration(1, 2, 3));
    assertThat(
            typed(
                "dse:Tuple",
                "{'cqlType':'tuple','definition':[{'cqlType':'int'},{'cqlType':'text'}],"
                    + "'value':[{'@type':'g:Int32','@value':1},'a']}"))
        .isEqualTo(List.of(1, "a"));
    assertThat(
            typed(
                "dse:UDT",
                "{'cqlType':'udt','keyspace':'k','name':'t','definition':["
                    + "{'cqlType':'int','fieldName':'i'},{'cqlType':'text','fieldName':'t'}],"
                    + "'value':[{'@type':'g:Int32','@value':1},'a']}"))
        .isEqualTo(Map.of("i", 1, "t", "a"));
  }

  @Test
  void typeThatIsNotKnownIsNoError() {
    assertThat(typed("g:Tree", "[{'key':{'@type':'g:Int32','@value':1}}]"))
        .isEqualTo(new TypedValue("g:Tree", List.of(Map.of("key", 1))));
    assertThat(typed("g:Metrics", "{'dur':{'@type':'g:Double','@value':1.5}}"))
        .isEqualTo(Map.of("dur", 1.5));
  }
}
