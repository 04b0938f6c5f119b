package io.peregrine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionalTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t (k) VALUES (?) IF NOT EXISTS",
        "insert into t (k) values (?) if not exists using ttl 5",
        "UPDATE t SET v = ? WHERE k = ? IF v = ?",
        "UPDATE t SET v = ? WHERE k = ?\nIF EXISTS",
        "  DELETE FROM t WHERE k = 'it''s' IF v=1",
        "DELETE FROM t WHERE k = ?/* now */IF(v) = 1",
        "/* so */ -- and so\n UPDATE t SET v = 1 WHERE k = ? IF v = 2",
        "BEGIN BATCH UPDATE t SET v = 1 WHERE k = 1 IF v = 0; UPDATE t SET w = 1 WHERE k = 1; APPLY BATCH",
        "UPDATE t SET v = $$it's$$ WHERE k = 1 IF v = $$a$$"
      })
  void ifOutsideOfQuotesIsACondition(String text) {
    assertThat(ConditionalText.isConditional(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SELECT v FROM t WHERE k = ?",
        "INSERT INTO t (k) VALUES (?)",
        "INSERT INTO t (k) VALUES (' IF NOT EXISTS')",
        "INSERT INTO t (k) VALUES ('it''s IF')",
        "UPDATE t SET v = $$ IF $$ WHERE k = 1",
        "UPDATE t SET \" IF \" = 1 WHERE k = 1",
        "UPDATE t SET v = 1 WHERE k = 1 -- IF v = 2",
        "UPDATE t SET v = 1 WHERE k = 1 // IF v = 2",
        "UPDATE t SET v = 1 /* IF */ WHERE k = 1",
        "UPDATE t SET ifs = 1, x_if = 2 WHERE \"if\" = 1",
        "CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY)",
        "UPDATE t SET v = 'no end IF"
      })
  void otherTextsAreNotConditional(String text) {
    assertThat(ConditionalText.isConditional(text)).isFalse();
  }
}
