package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.UnresolvedContactPointException;
import io.peregrine.codec.compress.Compression;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of the contact points when a name server answers late, or never. */
class ContactLookUpTest {
  private static final int PORT = 9042;
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(2);
  private static final long LONGEST = 20 * TIMEOUT;

  private final AtomicLong now = new AtomicLong(1);
  private final List<Throwable> faults = new ArrayList<>();
  private final ClusterConductor conductor = new ClusterConductor(now::get, faults::add, false);
  private final AgentInvoker invoker = new AgentInvoker(faults::add, null, conductor);

  /** The look-ups that have a thread, as it were. */
  private final List<Runnable> waiting = new ArrayList<>();

  private byte host = 1;
  private final ContactLookUp lookUp =
      new ContactLookUp(
          conductor,
          new BlockingCalls(conductor, waiting::add),
          new ContactSettings(
              new ContactPoints(
                  List.of(InetSocketAddress.createUnresolved("cassandra.example", PORT)),
                  this::addresses),
              PORT,
              null,
              Compression.NONE,
              TIMEOUT,
              TIMEOUT));

  private InetAddress[] addresses(String name) throws UnknownHostException {
    if (host == 0) {
      throw new UnknownHostException(name);
    }
    return new InetAddress[] {InetAddress.getByAddress(new byte[] {10, 0, 0, host})};
  }

  private static Set<InetSocketAddress> at(int host) {
    return Set.of(new InetSocketAddress("10.0.0." + host, PORT));
  }

  @BeforeEach
  void start() {
    invoker.start();
  }

  private void pass(long nanos) {
    invoker.invoke();
    now.addAndGet(nanos);
    invoker.invoke();
    assertThat(faults).isEmpty();
  }

  private void answer(int call, int host) {
    this.host = (byte) host;
    waiting.get(call).run();
    pass(0);
  }

  private static void assertLate(CompletableFuture<?> late) {
    assertThat(late)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("The look-up of the contact points has not returned for 40000 ms");
  }

  @Test
  void whatComesInTimeIsWhereTheyAre() {
    CompletableFuture<Set<InetSocketAddress>> found = lookUp.addresses();
    pass(LONGEST - 1);
    assertThat(found).isNotDone();
    assertThat(lookUp.last()).isEmpty();
    answer(0, 1);
    assertThat(found).isCompletedWithValue(at(1));
    assertThat(lookUp.last()).isEqualTo(at(1));
    pass(LONGEST);
    assertThat(found).isCompletedWithValue(at(1));
  }

  @Test
  void whatComesLateIsWhereTheyAreTheNextTime() {
    CompletableFuture<Set<InetSocketAddress>> found = lookUp.addresses();
    pass(LONGEST);
    assertLate(found);
    answer(0, 1);
    assertLate(found);
    assertThat(lookUp.last()).isEqualTo(at(1));
  }

  @Test
  void answerThatIsOvertakenByANewerOneIsForgotten() {
    lookUp.addresses();
    pass(LONGEST);
    lookUp.addresses();
    answer(1, 2);
    assertThat(lookUp.last()).isEqualTo(at(2));
    answer(0, 1);
    assertThat(lookUp.last()).isEqualTo(at(2));
  }

  @Test
  void nameWithoutAnAddressLeavesThemWhereTheyWere() {
    lookUp.addresses();
    pass(0);
    answer(0, 1);
    CompletableFuture<Set<InetSocketAddress>> none = lookUp.addresses();
    answer(1, 0);
    assertThat(none)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(UnresolvedContactPointException.class);
    assertThat(lookUp.last()).isEqualTo(at(1));
  }

  @Test
  void fourAtMostWaitForANameServerThatNeverAnswers() {
    for (int calls = 1; calls <= 4; calls++) {
      CompletableFuture<?> found = lookUp.addresses();
      pass(LONGEST);
      assertLate(found);
    }
    for (int calls = 1; calls <= 10; calls++) {
      assertThat(lookUp.addresses())
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withMessageContaining("is not called again until it does");
      pass(LONGEST);
    }
    assertThat(waiting).hasSize(4);
    answer(2, 0);
    CompletableFuture<Set<InetSocketAddress>> found = lookUp.addresses();
    answer(4, 3);
    assertThat(found).isCompletedWithValue(at(3));
  }
}
