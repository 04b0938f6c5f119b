package io.peregrine.io;

import org.junit.jupiter.api.Nested;

/** What holds for plain connections holds over TLS. */
class OverTlsTest {
  @Nested
  class Survival extends SurvivalTest {
    @Override
    Carrier carrier() {
      return Carrier.TLS;
    }

    /**
     * Keys that change every 64 KiB make a large one slow, and long before that it is many records.
     */
    @Override
    int largeBytes() {
      return 2 << 20;
    }
  }

  @Nested
  class ChoppedTransport extends ChoppedTransportTest {
    @Override
    Carrier carrier() {
      return Carrier.TLS;
    }
  }

  @Nested
  class LargeEnvelope extends LargeEnvelopeTest {
    @Override
    Carrier carrier() {
      return Carrier.TLS;
    }
  }

  @Nested
  class BackPressure extends BackPressureTest {
    @Override
    Carrier carrier() {
      return Carrier.TLS;
    }
  }

  @Nested
  class LateAnswer extends LateAnswerTest {
    @Override
    Carrier carrier() {
      return Carrier.TLS;
    }
  }

  @Nested
  class Heartbeat extends HeartbeatTest {
    @Override
    Carrier carrier() {
      return Carrier.TLS;
    }
  }

  @Nested
  class MalformedAnswer extends MalformedAnswerTest {
    @Override
    Carrier carrier() {
      return Carrier.TLS;
    }
  }

  @Nested
  class Close extends CloseTest {
    @Override
    Carrier carrier() {
      return Carrier.TLS;
    }
  }
}
