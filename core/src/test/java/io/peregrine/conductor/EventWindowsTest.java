package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.CapturedLog;
import io.peregrine.NodeDistance;
import io.peregrine.NodeState;
import io.peregrine.codec.DriverException;
import io.peregrine.codec.envelope.Event;
import io.peregrine.codec.envelope.SchemaChange;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.agrona.concurrent.AgentInvoker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What events ask for is bounded, and done within their window. */
class EventWindowsTest {
  private static final int MANY = 10_000;
  private static final int MOST_CHANGES = 64;
  private static final long WINDOW = TimeUnit.SECONDS.toNanos(2);

  private final AtomicLong now = new AtomicLong(1);
  private final List<Throwable> faults = new ArrayList<>();
  private final ClusterConductor conductor = new ClusterConductor(now::get, faults::add, false);
  private final AgentInvoker invoker = new AgentInvoker(faults::add, null, conductor);
  private final StatesScene scene = new StatesScene(16);
  private final PlayedOwner owner = new PlayedOwner();

  /** Counts what is read, and answers when the test says so. */
  private static final class PlayedOwner implements ClusterEvents.Owner {
    private final Map<InetSocketAddress, ClusterNode> nodes = new HashMap<>();
    private final List<SchemaChange> changes = new ArrayList<>();
    private final List<CompletableFuture<Void>> answers = new ArrayList<>();
    private int nodeReadings;
    private int wholeReadings;

    @Override
    public @Nullable ClusterNode telling(InetSocketAddress address) {
      return nodes.get(address);
    }

    @Override
    public void askAnother(DriverException why) {
      throw new AssertionError(why);
    }

    @Override
    public CompletableFuture<Void> readNodes() {
      nodeReadings++;
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> readSchema(SchemaChange change) {
      changes.add(change);
      CompletableFuture<Void> answer = new CompletableFuture<>();
      answers.add(answer);
      return answer;
    }

    @Override
    public CompletableFuture<Void> readSchema() {
      wholeReadings++;
      return CompletableFuture.completedFuture(null);
    }
  }

  @BeforeEach
  void start() {
    invoker.start();
  }

  private ClusterEvents events(long window) {
    return new ClusterEvents(
        conductor,
        new RefreshSettings(true, true, 0, window, window, window, 16),
        scene.states,
        owner);
  }

  private void pass(long nanos) {
    now.addAndGet(nanos);
    while (invoker.invoke() > 0) {
      Thread.onSpinWait();
    }
    assertThat(faults).isEmpty();
  }

  private static InetSocketAddress address(int i) {
    return InetSocketAddress.createUnresolved("node" + i, 9042);
  }

  private static Event up(int i) {
    return new Event.StatusChange(Event.StatusChange.Change.UP, address(i));
  }

  private static Event down(int i) {
    return new Event.StatusChange(Event.StatusChange.Change.DOWN, address(i));
  }

  private static Event topology(Event.TopologyChange.Change change, int i) {
    return new Event.TopologyChange(change, address(i));
  }

  private static Event created(int i) {
    return new Event.SchemaChanged(
        new SchemaChange(
            SchemaChange.Change.CREATED, SchemaChange.Target.TABLE, "ks", "t" + i, List.of()));
  }

  private static List<Event> many(java.util.function.IntFunction<Event> event) {
    return IntStream.range(0, MANY).mapToObj(event).toList();
  }

  /** A node that the owner knows. */
  private ClusterNode known(int i) {
    ClusterNode node = StatesScene.node(i);
    owner.nodes.put(address(i), node);
    return node;
  }

  @Test
  void unknownNodesThatAreUpShareOneReading() {
    events(WINDOW).onEvents(many(EventWindowsTest::up));
    assertThat(owner.nodeReadings).isZero();
    pass(WINDOW);
    assertThat(owner.nodeReadings).isEqualTo(1);
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(owner.nodeReadings).isEqualTo(1);
  }

  @Test
  void newAndMovedNodesShareOneReading() {
    ClusterEvents events = events(WINDOW);
    events.onEvents(many(i -> topology(Event.TopologyChange.Change.NEW_NODE, i)));
    events.onEvents(many(i -> topology(Event.TopologyChange.Change.MOVED_NODE, i)));
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(owner.nodeReadings).isEqualTo(1);
  }

  @Test
  void removedNodeDoesNotWait() {
    events(WINDOW).onEvents(List.of(topology(Event.TopologyChange.Change.REMOVED_NODE, 1)));
    assertThat(owner.nodeReadings).isEqualTo(1);
  }

  @Test
  void nodesThatAreRemovedByTheThousandAreReadAtOnceAndOnceMore() {
    for (long window : List.of(WINDOW, -1L)) {
      ClusterEvents events = events(window);
      owner.nodeReadings = 0;
      for (int i = 0; i < MANY; i++) {
        events.onEvents(List.of(topology(Event.TopologyChange.Change.REMOVED_NODE, i)));
      }
      assertThat(owner.nodeReadings).isEqualTo(1);
      pass(TimeUnit.SECONDS.toNanos(1));
      assertThat(owner.nodeReadings).as("those that were removed meanwhile").isEqualTo(2);
      pass(TimeUnit.DAYS.toNanos(1));
      assertThat(owner.nodeReadings).isEqualTo(2);
    }
  }

  @Test
  void knownNodeThatIsUpIsTriedWithinTheWindowAndOneThatIsDownIsDownAtOnce() {
    ClusterNode node = known(1);
    scene.states.start(List.of(node));
    ClusterEvents events = events(WINDOW);
    events.onEvents(List.of(down(1), up(1), up(1)));
    assertThat(scene.log).contains("listener down 1");
    assertThat(scene.attempts).isEmpty();
    pass(WINDOW);
    assertThat(scene.attempts).hasSize(1);
    assertThat(owner.nodeReadings).isZero();
  }

  @Test
  void nodeThatIsDownAgainBeforeItsTurnStaysDown() {
    ClusterNode ignored = known(1);
    scene.distances.put(ignored, NodeDistance.IGNORED);
    scene.states.start(List.of(ignored));
    ClusterEvents events = events(WINDOW);
    events.onEvents(List.of(down(1), up(1), down(1)));
    pass(WINDOW);
    assertThat(ignored.state()).isEqualTo(NodeState.DOWN);
    events.onEvents(List.of(up(1)));
    pass(WINDOW);
    assertThat(ignored.state()).isEqualTo(NodeState.UP);
  }

  @Test
  void nodeThatIsForgottenBeforeItsTurnIsLookedFor() {
    known(1);
    events(WINDOW).onEvents(List.of(up(1)));
    owner.nodes.clear();
    pass(WINDOW);
    assertThat(owner.nodeReadings).isEqualTo(1);
  }

  @Test
  void changesThatAreTooManyAreOneReadingOfAll() {
    events(WINDOW).onEvents(many(EventWindowsTest::created));
    pass(TimeUnit.MINUTES.toNanos(1));
    assertThat(owner.changes).hasSize(MOST_CHANGES);
    assertThat(owner.wholeReadings).isEqualTo(1);
  }

  @Test
  void changesThatAreBeingReadCountToo() {
    ClusterEvents events = events(0);
    events.onEvents(many(EventWindowsTest::created));
    assertThat(owner.changes).hasSize(MOST_CHANGES);
    assertThat(owner.wholeReadings).isEqualTo(MANY - MOST_CHANGES);
    owner.answers.get(0).complete(null);
    owner.answers.get(1).completeExceptionally(new IllegalStateException("the test's own"));
    events.onEvents(List.of(created(MANY), created(MANY + 1), created(MANY + 2)));
    assertThat(owner.changes).hasSize(MOST_CHANGES + 2);
  }

  @Test
  void failuresOfAStormAreToldTenTimes() {
    try (CapturedLog log = new CapturedLog()) {
      ClusterEvents events = events(0);
      for (int i = 0; i < MANY; i++) {
        events.onEvents(List.of(created(i)));
        owner.answers.get(i).completeExceptionally(new IllegalStateException("the test's own"));
        events.onOverflow();
      }
      assertThat(log.lines("WARN")).hasSize(10);
    }
  }

  @Test
  void eventsThatAreTooManyHaveNodesTriedThatAreDown() {
    ClusterNode ignored = known(2);
    scene.distances.put(ignored, NodeDistance.IGNORED);
    scene.states.start(List.of(known(1), ignored));
    ClusterEvents events = events(WINDOW);
    events.onEvents(List.of(down(1), down(2)));
    assertThat(ignored.state()).isEqualTo(NodeState.DOWN);
    for (int i = 0; i < MANY; i++) {
      events.onOverflow();
    }
    assertThat(scene.attempts).isEmpty();
    pass(WINDOW);
    assertThat(scene.attempts).hasSize(1);
    assertThat(ignored.state()).as("it may have been said").isEqualTo(NodeState.UNKNOWN);
    pass(TimeUnit.DAYS.toNanos(1));
    assertThat(owner.nodeReadings).isEqualTo(1);
  }

  @Test
  void eventsThatAreTooManyAreReadThoughThoseOfTheTopologyAreIgnored() {
    ClusterEvents events = events(-1);
    for (int i = 0; i < MANY; i++) {
      events.onOverflow();
    }
    assertThat(owner.nodeReadings).isEqualTo(1);
    assertThat(owner.wholeReadings).isZero();
  }
}
