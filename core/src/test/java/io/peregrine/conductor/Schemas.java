package io.peregrine.conductor;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Varied schemas, each as statements that make it in a keyspace of the name {@code varied}. */
enum Schemas {
  EVERY_PRIMITIVE_TYPE(
      "CREATE TABLE varied.all_types (k int PRIMARY KEY, "
          + columns(
              "ascii",
              "bigint",
              "blob",
              "boolean",
              "date",
              "decimal",
              "double",
              "duration",
              "float",
              "inet",
              "int",
              "smallint",
              "text",
              "time",
              "timestamp",
              "timeuuid",
              "tinyint",
              "uuid",
              "varchar",
              "varint")
          + ")"),
  NESTED_COLLECTIONS(
      "CREATE TABLE varied.nested (k frozen<list<int>> PRIMARY KEY, a list<text>, b set<uuid>,"
          + " c map<text, frozen<list<frozen<set<int>>>>>, d frozen<map<int, map<int, text>>>,"
          + " e tuple<int, text, frozen<tuple<int, list<int>>>>, f map<int, frozen<tuple<int>>>,"
          + " g vector<float, 3>, h vector<frozen<list<vector<int, 2>>>, 2>)"),
  TYPES_OF_TYPES(
      "CREATE TYPE varied.zulu (x int, y text)",
      "CREATE TYPE varied.mike (z frozen<zulu>, more list<frozen<zulu>>)",
      "CREATE TYPE varied.alpha (m map<text, frozen<mike>>, t tuple<int, frozen<zulu>>)",
      "CREATE TYPE varied.bravo (v vector<frozen<alpha>, 2>)",
      "CREATE TABLE varied.t (k frozen<zulu> PRIMARY KEY, z zulu, f frozen<alpha>,"
          + " l list<frozen<mike>>, b frozen<bravo>)"),
  QUOTED_NAMES(
      "CREATE TYPE varied.\"MyType\" (\"Field\" int, \"a \"\"b\"\"\" text, \"select\" int)",
      "CREATE TYPE varied.\"int8\" (a frozen<\"MyType\">)",
      "CREATE TABLE varied.\"MixedCase\" (\"Key\" int, \"order\" text, \"c d\" text, \"9\" int,"
          + " \"MyColumn\" frozen<\"MyType\">, \"values\" int, m map<text, frozen<\"MyType\">>,"
          + " PRIMARY KEY ((\"Key\", \"order\"), \"c d\"))",
      "CREATE INDEX \"MyIndex\" ON varied.\"MixedCase\" (\"MyColumn\")",
      "CREATE INDEX on_keys ON varied.\"MixedCase\" (keys(m))",
      "CREATE INDEX on_values ON varied.\"MixedCase\" (\"values\")"),
  CLUSTERING_ORDERS(
      "CREATE TABLE varied.one (k int, a int, PRIMARY KEY (k, a))"
          + " WITH CLUSTERING ORDER BY (a DESC)",
      "CREATE TABLE varied.many (p1 int, p2 text, c3 uuid, c1 timestamp, c2 frozen<list<int>>,"
          + " v int, PRIMARY KEY ((p2, p1), c3, c1, c2))"
          + " WITH CLUSTERING ORDER BY (c3 ASC, c1 DESC, c2 DESC)"),
  STATIC_COLUMNS(
      "CREATE TABLE varied.t (k int, c int, z int static, a list<int> static, v int,"
          + " PRIMARY KEY (k, c))"),
  COUNTERS(
      "CREATE TABLE varied.hits (page text PRIMARY KEY, n counter, m counter)",
      "CREATE TABLE varied.by_day (page text, day date, n counter static, m counter,"
          + " PRIMARY KEY (page, day))"),
  SECONDARY_INDEXES(
      "CREATE TABLE varied.t (k int, c int, v text, l list<int>, s set<text>,"
          + " m map<text, int>, f frozen<map<int, int>>, PRIMARY KEY (k, c))",
      "CREATE INDEX by_v ON varied.t (v)",
      "CREATE INDEX by_c ON varied.t (c)",
      "CREATE INDEX by_l ON varied.t (l)",
      "CREATE INDEX by_s ON varied.t (values(s))",
      "CREATE INDEX by_m_keys ON varied.t (keys(m))",
      "CREATE INDEX by_m_entries ON varied.t (entries(m))",
      "CREATE INDEX by_f ON varied.t (full(f))"),
  STORAGE_ATTACHED_INDEXES(
      "CREATE TABLE varied.t (k int PRIMARY KEY, v text, n int, e vector<float, 4>,"
          + " m map<text, int>)",
      "CREATE INDEX by_v ON varied.t (v) USING 'sai'"
          + " WITH OPTIONS = {'case_sensitive': 'false', 'normalize': 'true'}",
      "CREATE CUSTOM INDEX by_n ON varied.t (n) USING 'StorageAttachedIndex'",
      "CREATE CUSTOM INDEX by_e ON varied.t (e) USING 'StorageAttachedIndex'"
          + " WITH OPTIONS = {'similarity_function': 'dot_product'}",
      "CREATE CUSTOM INDEX by_m ON varied.t (entries(m)) USING"
          + " 'org.apache.cassandra.index.sai.StorageAttachedIndex'"),
  VIEWS(
      "CREATE TABLE varied.base (k int, c int, v text, \"W\" int, PRIMARY KEY (k, c))",
      "CREATE MATERIALIZED VIEW varied.everything AS SELECT * FROM varied.base"
          + " WHERE v IS NOT NULL AND k IS NOT NULL AND c IS NOT NULL"
          + " PRIMARY KEY (v, k, c) WITH CLUSTERING ORDER BY (k DESC, c ASC)"
          + " AND comment = 'it''s a view'",
      "CREATE MATERIALIZED VIEW varied.\"Some\" AS SELECT k, c, \"W\" FROM varied.base"
          + " WHERE \"W\" IS NOT NULL AND k IN (1, 2, 3) AND c > 10"
          + " PRIMARY KEY ((\"W\", k), c) WITH compression = {'enabled': 'false'}"),
  OVERLOADED_FUNCTIONS(
      "CREATE TYPE varied.pair (a int, b int)",
      function("twice(x int)", "CALLED", "int", "return x == null ? null : 2 * x;"),
      function("twice(x bigint)", "RETURNS NULL", "bigint", "return 2 * x;"),
      function("twice(x int, y int)", "RETURNS NULL", "int", "return 2 * x * y;"),
      function("nothing()", "CALLED", "text", "return \"it's $ a {quote};\";"),
      function("\"First\"(l list<int>)", "RETURNS NULL", "int", "return l.get(0);"),
      function("first(m map<text, frozen<list<int>>>, \"P\" pair)", "CALLED", "pair", "return P;"),
      function("lines(x int)", "CALLED", "int", "// a line\n\nreturn x;")),
  AGGREGATES(
      function("plus(x int, y int)", "CALLED", "int", "return x + y;"),
      function("put(s tuple<int, bigint>, x int)", "CALLED", "tuple<int, bigint>", "return s;"),
      function("mean(s tuple<int, bigint>)", "CALLED", "double", "return 0.0;"),
      function("join(s text, x text)", "CALLED", "text", "return s + x;"),
      function("collect(s list<int>, x int)", "CALLED", "list<int>", "return s;"),
      "CREATE AGGREGATE varied.total(int) SFUNC plus STYPE int INITCOND 0",
      "CREATE AGGREGATE varied.total_or_null(int) SFUNC plus STYPE int",
      "CREATE AGGREGATE varied.average(int) SFUNC put STYPE tuple<int, bigint>"
          + " FINALFUNC mean INITCOND (0, 0)",
      "CREATE AGGREGATE varied.\"Joined\"(text) SFUNC join STYPE text INITCOND '$ {so}: '",
      "CREATE AGGREGATE varied.all_of(int) SFUNC collect STYPE list<int> INITCOND [1, 2]"),
  COMMENTS(
      "CREATE TABLE varied.t (k int PRIMARY KEY, v int)"
          + " WITH comment = 'it''s /* a \"comment\" */ -- with $$ and; all ''quotes'''"),
  LIFETIMES(
      "CREATE TABLE varied.t (k int PRIMARY KEY, v int) WITH default_time_to_live = 3600"
          + " AND gc_grace_seconds = 60 AND memtable_flush_period_in_ms = 1000"
          + " AND min_index_interval = 64 AND max_index_interval = 4096"),
  COMPACTION(
      "CREATE TABLE varied.levels (k int PRIMARY KEY) WITH compaction ="
          + " {'class': 'LeveledCompactionStrategy', 'sstable_size_in_mb': 32}"
          + " AND compression = {'class': 'ZstdCompressor', 'compression_level': 3,"
          + " 'chunk_length_in_kb': 64} AND crc_check_chance = 0.5",
      "CREATE TABLE varied.windows (k int PRIMARY KEY) WITH compaction ="
          + " {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'HOURS',"
          + " 'compaction_window_size': 6} AND compression = {'enabled': false}"
          + " AND bloom_filter_fp_chance = 0.0005"
          + " AND caching = {'keys': 'NONE', 'rows_per_partition': 100}",
      "CREATE TABLE varied.unified (k int PRIMARY KEY) WITH compaction ="
          + " {'class': 'UnifiedCompactionStrategy', 'scaling_parameters': 'T4,L8'}"),
  READ_REPAIR_AND_SPECULATION(
      "CREATE TABLE varied.a (k int PRIMARY KEY) WITH speculative_retry = '50MS'"
          + " AND additional_write_policy = 'ALWAYS' AND read_repair = 'NONE'",
      "CREATE TABLE varied.b (k int PRIMARY KEY) WITH speculative_retry = 'MIN(99p,50ms)'"
          + " AND additional_write_policy = 'NEVER'"),
  MASKED_COLUMNS(
      "CREATE TABLE varied.people (name text MASKED WITH mask_inner(1, null, '*') PRIMARY KEY,"
          + " born date MASKED WITH mask_replace('1900-01-01'), \"Phone\" text MASKED WITH DEFAULT,"
          + " height int MASKED WITH mask_null(), note text,"
          + " code blob MASKED WITH mask_hash('SHA-256'), id uuid MASKED WITH"
          + " mask_replace(00000000-0000-0000-0000-000000000000))"),
  WITHOUT_DURABILITY("ALTER KEYSPACE varied WITH durable_writes = false"),
  NETWORK_TOPOLOGY(
      "ALTER KEYSPACE varied WITH replication ="
          + " {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}",
      "CREATE TABLE varied.t (k int PRIMARY KEY)"),
  KEYS_ALONE(
      "CREATE TABLE varied.single (k int PRIMARY KEY)",
      "CREATE TABLE varied.composite (a int, b int, PRIMARY KEY ((a, b)))",
      "CREATE TABLE varied.clustered (a int, b int, PRIMARY KEY (a, b))"),
  EVERYTHING_AT_ONCE(
      "CREATE TYPE varied.b (x int)",
      "CREATE TYPE varied.a (x frozen<b>)",
      function("plus(x int, y int)", "CALLED", "int", "return x + y;"),
      "CREATE AGGREGATE varied.total(int) SFUNC plus STYPE int INITCOND 0",
      "CREATE TABLE varied.z (k int PRIMARY KEY, v a, w int)",
      "CREATE TABLE varied.a (k int PRIMARY KEY, v frozen<a>, w int)",
      "CREATE INDEX a_by_w ON varied.a (w)",
      "CREATE MATERIALIZED VIEW varied.b AS SELECT k, w FROM varied.z"
          + " WHERE w IS NOT NULL AND k IS NOT NULL PRIMARY KEY (w, k)"),
  RESERVED_WORDS(
      "CREATE TABLE varied.\"table\" ("
          + Stream.of(
                  ("add allow alter and any apply asc authorize batch begin by columnfamily "
                          + "create default delete desc describe drop entries execute from full grant if "
                          + "in index infinity insert into is keyspace limit materialized mbean mbeans "
                          + "modify nan norecursive not null of on or order primary rename replace "
                          + "revoke schema select set table to token truncate unlogged unset update use "
                          + "using view where with values _ a_ key vector text int ttl writetime counter "
                          + "static frozen json masked between like exists custom trigger type role user")
                      .split(" "))
              .map(word -> '"' + word + "\" int")
              .collect(Collectors.joining(", "))
          + ", PRIMARY KEY (\"add\"))");

  private final List<String> statements;

  Schemas(String... statements) {
    this.statements = List.of(statements);
  }

  List<String> statements() {
    return statements;
  }

  private static String columns(String... types) {
    return IntStream.range(0, types.length)
        .mapToObj(i -> "c" + i + " " + types[i])
        .collect(Collectors.joining(", "));
  }

  private static String function(String head, String onNull, String returns, String body) {
    return "CREATE FUNCTION varied."
        + head
        + " "
        + onNull
        + " ON NULL INPUT RETURNS "
        + returns
        + " LANGUAGE java AS $$"
        + body
        + "$$";
  }
}
