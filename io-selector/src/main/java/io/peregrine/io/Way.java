package io.peregrine.io;

/** A way to a server: one of its connections, or what somebody makes of it. Any thread may ask. */
public interface Way {
  /**
   * What counts the requests on this way.
   *
   * @return always the same
   */
  Admission admission();
}
