package io.peregrine.bench.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peregrine.testkit.server.TestStores;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plug-ins against the scripted server, and what becomes of their figures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoadRigTest {
  private static final int REQUESTS = 1000;
  private static final Conditions QUIET =
      new Conditions("the scripted server", true, false, 0.1, "a machine");
  private static final Set<Workload> ONE_OF_EACH_KIND =
      EnumSet.of(Workload.SYNC_ROW, Workload.READ_128, Workload.WRITE_1024, Workload.OPEN_10);

  private RigServer server;

  @BeforeAll
  void startServer() {
    server = new RigServer(false);
  }

  @AfterAll
  void closeServer() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Entrant.class,
      names = {"FLOOR", "HAND_OFF", "INVOKED", "FLYWEIGHT", "CONVENIENT"})
  void everyPlugInOfOurOwnAnswersRight(Entrant entrant) throws Exception {
    for (Workload workload : ONE_OF_EACH_KIND) {
      assertAnswersRight(entrant, workload, REQUESTS);
    }
    assertAnswersRight(entrant, Workload.SYNC_PAGE, 20);
    assertAnswersRight(entrant, Workload.SYNC_SCAN, 5);
  }

  @ParameterizedTest
  @EnumSource(
      value = Entrant.class,
      names = {"FLOOR", "HAND_OFF", "INVOKED", "FLYWEIGHT", "CONVENIENT", "CALLER_RUNS"})
  void everyPlugInOfOurOwnAnswersRightOverTls(Entrant entrant, @TempDir Path folder)
      throws Exception {
    Path authority = TestStores.copy("authority", folder.resolve("authority.p12"));
    System.setProperty(RigTls.TRUST_STORE_PROP_NAME, authority.toString());
    try (RigServer encrypting = new RigServer(true)) {
      for (Workload workload : ONE_OF_EACH_KIND) {
        assertAnswersRight(encrypting, entrant, workload, REQUESTS);
      }
      assertAnswersRight(encrypting, entrant, Workload.SYNC_SCAN, 5);
    } finally {
      System.clearProperty(RigTls.TRUST_STORE_PROP_NAME);
    }
  }

  @Test
  void wrongCellsFailTheRun() throws Exception {
    Answers answers = new Answers(Shape.ROW.checksum() + 1);
    InetSocketAddress address = server.addresses().get(Shape.ROW);
    try (Driver driver = Entrant.FLOOR.newPlugin().open(address, Workload.READ_128, answers)) {
      LoadGenerator generator = new LoadGenerator(driver, Workload.READ_128, answers, 0);
      assertThatThrownBy(() -> generator.runRequests(10))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("10 requests failed")
          .hasMessageContaining(Long.toString(Shape.ROW.checksum()));
    }
  }

  @Test
  void planSurvivesTheCommandLine() {
    ClientPlan plan =
        new ClientPlan(
            Entrant.SCYLLA,
            List.of(Workload.SYNC_PAGE, Workload.OPEN_90),
            2,
            3,
            1,
            0.5,
            2,
            365_000,
            Path.of("somewhere"),
            Map.of(Shape.PAGE, new InetSocketAddress("127.0.0.1", 9042)));

    assertThat(ClientPlan.of(plan.arguments().toArray(String[]::new))).isEqualTo(plan);
  }

  @Test
  void outcomeSurvivesItsFile(@TempDir Path folder) throws Exception {
    Outcome outcome = outcome(Entrant.FLYWEIGHT, 1, 1234.5);
    Path file = folder.resolve(outcome.fileName());
    outcome.write(file);

    assertThat(Outcome.read(file)).usingRecursiveComparison().isEqualTo(outcome);
  }

  @Test
  void conditionsSurviveTheirFileAndSayWhatIsWrong(@TempDir Path folder) throws Exception {
    Conditions conditions = new Conditions("a server", false, true, 3.5, "a machine");
    conditions.write(folder);

    assertThat(Conditions.read(folder)).isEqualTo(conditions);
    assertThat(conditions.describe()).contains("not quiet", "pinned", "Too short");
    assertThat(QUIET.describe()).doesNotContain("**");
  }

  @Test
  void driverThatWasColdInMostRoundsIsNamed() {
    Summary summary =
        new Summary(
            List.of(
                outcome(Entrant.FLOOR, 1, 400),
                cold(Entrant.SCYLLA, 1),
                cold(Entrant.SCYLLA, 2),
                outcome(Entrant.SCYLLA, 3, 100)));

    assertThat(summary.cold(Workload.READ_128)).containsExactly(Entrant.SCYLLA);
    assertThat(PerformanceTable.of(summary, QUIET)).contains("Not warm", "of them: Scylla");
  }

  @Test
  void medianIsTheMiddleRoundAndRatiosAreOfMedians() {
    Summary summary =
        new Summary(
            List.of(
                outcome(Entrant.FLOOR, 1, 400),
                outcome(Entrant.SCYLLA, 1, 100),
                outcome(Entrant.JAVA_DRIVER, 1, 50),
                outcome(Entrant.FLYWEIGHT, 1, 300),
                outcome(Entrant.FLYWEIGHT, 2, 100),
                outcome(Entrant.FLYWEIGHT, 3, 200)));

    assertThat(summary.spread(Workload.READ_128, Entrant.FLYWEIGHT, Metric.THROUGHPUT))
        .contains(new Summary.Spread(200, 100, 300));
    assertThat(summary.toFloor(Workload.READ_128, Entrant.FLYWEIGHT, Metric.THROUGHPUT))
        .contains(0.5);
    assertThat(summary.toBestPeer(Workload.READ_128, Entrant.FLYWEIGHT, Metric.THROUGHPUT))
        .contains(2.0);
    assertThat(PerformanceTable.of(summary, QUIET)).contains("| 200 · ").contains("| 100 · ");
  }

  @Test
  void pageHoldsItsDataAndItsLibrary(@TempDir Path runs) throws Exception {
    Summary summary = new Summary(List.of(outcome(Entrant.FLOOR, 1, 400)));

    String page = HtmlReport.of(JsonReport.of(summary, QUIET, runs));

    assertThat(page)
        .contains("\"id\": \"read-128\"", "Chart.js v", "Permission is hereby granted")
        .doesNotContain(
            "/*DATA*/", "/*CHART*/", "/*CHART-LICENCE*/", "src=\"", "sourceMappingURL=");
  }

  private void assertAnswersRight(Entrant entrant, Workload workload, int requests)
      throws Exception {
    assertAnswersRight(server, entrant, workload, requests);
  }

  private static void assertAnswersRight(
      RigServer server, Entrant entrant, Workload workload, int requests) throws Exception {
    Answers answers = new Answers(workload.shape().checksum());
    InetSocketAddress address = server.addresses().get(workload.shape());
    try (Driver driver = entrant.newPlugin().open(address, workload, answers)) {
      new LoadGenerator(driver, workload, answers, 0).runRequests(requests);
      assertThat(answers.ended()).as("%s, %s", entrant, workload).isEqualTo(requests);
    }
  }

  private static Outcome outcome(Entrant entrant, int round, double throughput) {
    return outcome(entrant, round, throughput, false);
  }

  private static Outcome cold(Entrant entrant, int round) {
    return outcome(entrant, round, 100, true);
  }

  private static Outcome outcome(Entrant entrant, int round, double throughput, boolean cold) {
    double[] micros = {1, 2, 3, 4, 5, 6};
    return new Outcome(
        entrant, Workload.READ_128, round, 0, throughput, 2.5, 96, 0.01, 3, 12, 0, cold, micros);
  }
}
