import { readBinlogPosition, readBinlogTransactionId } from "./binlog.ts";
import type { DataSource } from "./data-source.ts";

/** MySQL: binlog file, offset and row. `before` is the whole old row under `binlog_row_image=FULL`. */
export const mysql: DataSource = {
  connector: "mysql",
  readPosition: (source) => readBinlogPosition(source, "mysql"),
  readTransactionId: readBinlogTransactionId,
  inventsBefore: false,
};
