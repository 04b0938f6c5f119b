package io.peregrine.io;

/**
 * The layout of the file that a driver's counters stand in, in the machine's byte order. Constants
 * only.
 *
 * <pre>
 *   0                   4                   8                   12
 *  +-------------------+-------------------+-------------------+-------------------+
 *  | layout version    | metadata length   | values length     | name length       |
 *  +-------------------+-------------------+-------------------+-------------------+
 *  | process id                            | made at, ms since 1970                |
 *  +---------------------------------------+---------------------------------------+
 *  | name of the cluster, in UTF-8 ...                               up to byte 512 |
 *  +-------------------------------------------------------------------------------+
 *  | metadata: records of 512 bytes, as Agrona's CountersReader reads them ...      |
 *  +-------------------------------------------------------------------------------+
 *  | values: records of 128 bytes, of which the first 8 are the counter ...         |
 *  +-------------------------------------------------------------------------------+
 * </pre>
 *
 * <p>The version is written last: as long as it is 0, the file is being made. A counter's label is
 * its name, the agent's and the cluster's, with ", " between them.
 */
public final class CountersFileDescriptor {
  /** The name of the file in its directory. */
  public static final String FILE_NAME = "peregrine.counters";

  /** The version of this layout. */
  public static final int LAYOUT_VERSION = 1;

  /** Where the layout version stands. */
  public static final int VERSION_OFFSET = 0;

  /** Where the metadata's length stands. */
  public static final int METADATA_LENGTH_OFFSET = 4;

  /** Where the values' length stands. */
  public static final int VALUES_LENGTH_OFFSET = 8;

  /** Where the length of the cluster's name stands. */
  public static final int NAME_LENGTH_OFFSET = 12;

  /** Where the number of the driver's process stands. */
  public static final int PID_OFFSET = 16;

  /** Where the time stands when the file was made. */
  public static final int MADE_AT_OFFSET = 24;

  /** Where the cluster's name begins. */
  public static final int NAME_OFFSET = 32;

  /** The most bytes that the cluster's name has. */
  public static final int MAX_NAME_LENGTH = 256;

  /** Bytes before the metadata. */
  public static final int HEADER_LENGTH = 512;

  /** How long the metadata of one counter are. */
  public static final int METADATA_RECORD_LENGTH = 512;

  /** How far the values of two counters are apart, so that writing one does not slow another. */
  public static final int VALUE_LENGTH = 128;

  /** What stands first in the metadata of a counter that is in use. */
  public static final int RECORD_ALLOCATED = 1;

  /** Where a record has its type. */
  public static final int TYPE_OFFSET = 4;

  /** Where a record has the length of its label, in bytes. */
  public static final int LABEL_LENGTH_OFFSET = 128;

  /** Where a record's label begins. */
  public static final int LABEL_OFFSET = 132;

  /** The most bytes that a label has. */
  public static final int MAX_LABEL_LENGTH = 380;

  /** The type of a counter that only grows. */
  public static final int TOTAL = 1;

  /** The type of a counter that goes up and down. */
  public static final int LEVEL = 2;

  /** The type of a counter that keeps the most that was seen. */
  public static final int MAXIMUM = 3;

  /** What stands between the parts of a label. */
  public static final String LABEL_SEPARATOR = ", ";

  private CountersFileDescriptor() {}
}
