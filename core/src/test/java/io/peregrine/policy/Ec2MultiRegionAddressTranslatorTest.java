package io.peregrine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class Ec2MultiRegionAddressTranslatorTest {
  private final Map<InetAddress, String> names = new HashMap<>();
  private final Map<String, InetAddress[]> addresses = new HashMap<>();
  private long now;
  private int questions;
  private final Ec2MultiRegionAddressTranslator translator =
      new Ec2MultiRegionAddressTranslator(
          address -> {
            questions++;
            return names.get(address);
          },
          name -> addresses.getOrDefault(name, new InetAddress[0]),
          () -> now);

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private String translate(String text) {
    InetSocketAddress found = translator.translate(new InetSocketAddress(address(text), 9043));
    assertThat(found.getPort()).isEqualTo(9043);
    return found.getAddress().getHostAddress();
  }

  @Test
  void publicAddressBecomesThePrivateOneOfItsName() {
    names.put(address("54.1.2.3"), "ec2-54-1-2-3.example.");
    addresses.put("ec2-54-1-2-3.example.", new InetAddress[] {address("10.0.0.7")});
    assertThat(translate("54.1.2.3")).isEqualTo("10.0.0.7");
  }

  @Test
  void addressIsOfTheSameFamily() {
    names.put(address("54.1.2.3"), "both.example.");
    addresses.put("both.example.", new InetAddress[] {address("fd00::7"), address("10.0.0.7")});
    assertThat(translate("54.1.2.3")).isEqualTo("10.0.0.7");
    names.put(address("2001:db8::1"), "both.example.");
    assertThat(translate("2001:db8::1")).isEqualTo("fd00:0:0:0:0:0:0:7");
  }

  @Test
  void whatCannotBeTranslatedStaysAsItIs() {
    assertThat(translate("54.1.2.3")).as("no name").isEqualTo("54.1.2.3");
    names.put(address("54.1.2.3"), "gone.example.");
    assertThat(translate("54.1.2.3")).as("no address").isEqualTo("54.1.2.3");
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere", 9042);
    assertThat(translator.translate(unresolved)).isSameAs(unresolved);
  }

  @Test
  void whatWasFoundIsRememberedForAWhile() {
    names.put(address("54.1.2.3"), "a.example.");
    addresses.put("a.example.", new InetAddress[] {address("10.0.0.7")});
    translate("54.1.2.3");
    translate("54.1.2.3");
    assertThat(questions).isEqualTo(1);
    addresses.put("a.example.", new InetAddress[] {address("10.0.0.8")});
    now += TimeUnit.MINUTES.toNanos(10) + 1;
    assertThat(translate("54.1.2.3")).isEqualTo("10.0.0.8");
    assertThat(questions).isEqualTo(2);
  }

  @Test
  void nameServersAreAskedByTheAddressInReverse() {
    assertThat(ReverseLookup.question(address("54.1.2.250"))).isEqualTo("250.2.1.54.in-addr.arpa");
    assertThat(ReverseLookup.question(address("2001:db8::567:89ab")))
        .isEqualTo("b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  }
}
