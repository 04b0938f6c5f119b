package io.peregrine;

import io.peregrine.codec.envelope.ErrorDecoder;

/** It is unknown whether a conditional write took effect (0x1700). Immutable. */
public final class CasWriteUnknownException extends ReplicaException {
  private static final long serialVersionUID = 1L;

  CasWriteUnknownException(ErrorDecoder error) {
    super(
        error.code(), error.message(), error.consistency(), error.received(), error.blockFor(), "");
  }
}
