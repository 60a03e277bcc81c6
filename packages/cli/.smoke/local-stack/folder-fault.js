import { GluttonyError } from "@gluttony/model";
/** Translates an error of the file system into ours where it has a remedy; others pass unchanged. */
export function folderFault(folder, error) {
  const reason = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(ENOSPC|EDQUOT)$/.test(reason)) {
    return new GluttonyError("environment.disk_full", { folder, reason }, { cause: error });
  }
  if (/^(EACCES|EROFS|EPERM|ENOTDIR)$/.test(reason)) {
    return new GluttonyError("environment.folder_unreachable", { folder, reason }, { cause: error });
  }
  return error;
}
