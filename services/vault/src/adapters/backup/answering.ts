import { ok, refuse, type Result } from '@keyturn/kernel';
import { KekVariableUnusable } from '../environment/environment-key-wrapper.ts';
import { KekFileUnusable } from '../file/kek-file.ts';
import { type BackupRefusal, BackupUnfit } from '../../backup/backup-unfit.ts';

/** Answers the refusal that ended the work; faults stay thrown. */
export const answering = async <T>(work: () => Promise<T>): Promise<Result<T, BackupRefusal>> => {
  try {
    return ok(await work());
  } catch (fault) {
    if (fault instanceof BackupUnfit) return refuse(fault.refusal);
    if (fault instanceof KekFileUnusable || fault instanceof KekVariableUnusable)
      return refuse({ code: 'kek-unusable', sentence: fault.message });
    throw fault;
  }
};
