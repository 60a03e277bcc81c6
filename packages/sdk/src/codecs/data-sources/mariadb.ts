import { readBinlogPosition, readBinlogTransactionId } from "./binlog.ts";
import type { DataSource } from "./data-source.ts";

/** MariaDB: as MySQL, with GTIDs of the form `domain-server-sequence`. */
export const mariadb: DataSource = {
  connector: "mariadb",
  readPosition: (source) => readBinlogPosition(source, "mariadb"),
  readTransactionId: readBinlogTransactionId,
  inventsBefore: false,
};
