package io.peregrine.metadata;

import java.util.Set;

/** How names stand in CQL text. Stateless; any thread may use it. */
final class CqlNames {
  /** Reserved in one of the versions of the server at least. */
  private static final Set<String> RESERVED =
      Set.of(
          "add",
          "allow",
          "alter",
          "and",
          "apply",
          "asc",
          "authorize",
          "batch",
          "begin",
          "by",
          "columnfamily",
          "create",
          "default",
          "delete",
          "desc",
          "describe",
          "drop",
          "entries",
          "execute",
          "from",
          "full",
          "grant",
          "if",
          "in",
          "index",
          "infinity",
          "insert",
          "into",
          "is",
          "keyspace",
          "limit",
          "materialized",
          "mbean",
          "mbeans",
          "modify",
          "nan",
          "norecursive",
          "not",
          "null",
          "of",
          "on",
          "or",
          "order",
          "primary",
          "rename",
          "replace",
          "revoke",
          "schema",
          "select",
          "set",
          "table",
          "to",
          "token",
          "truncate",
          "unlogged",
          "unset",
          "update",
          "use",
          "using",
          "view",
          "where",
          "with");

  private CqlNames() {}

  /** The name as CQL has it: in quotation marks unless it can do without. */
  static String quoted(String name) {
    return isPlain(name) ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  private static boolean isPlain(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean fits = c >= 'a' && c <= 'z' || i > 0 && (c >= '0' && c <= '9' || c == '_');
      if (!fits) {
        return false;
      }
    }
    return !name.isEmpty() && !RESERVED.contains(name);
  }
}
