const refusal = (event: string, when: string, reason: string) =>
  `create trigger ${event} ${when} begin select raise(abort, '${reason}'); end`

/**
 * Triggers that keep the audit log as it was written. A day of the clock is the least that is kept, so that no wrong
 * setting and no wrong statement empties it at once.
 */
export const appendOnlyAudit: string[] = [
  refusal('audit_event_fixed', 'before update on audit_event', 'the audit log is append-only'),
  // `insert or replace` would delete the row that is there without asking the trigger below.
  refusal(
    'audit_event_once',
    'before insert on audit_event when new.id in (select id from audit_event)',
    'the audit log is append-only',
  ),
  refusal(
    'audit_event_kept',
    'before delete on audit_event when old.at >= (select keep_from from audit_start)',
    'the audit log keeps this entry',
  ),
  refusal(
    'audit_start_forward',
    `before update on audit_start
      when new.keep_from < old.keep_from or new.keep_from > (unixepoch() - 86400) * 1000`,
    'the audit log keeps a day at the least, and what it has let go stays gone',
  ),
  refusal('audit_start_once', 'before insert on audit_start', 'the audit log has a beginning'),
  refusal('audit_start_stays', 'before delete on audit_start', 'the audit log has a beginning'),
]
