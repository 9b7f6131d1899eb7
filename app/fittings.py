"""What a process is fitted with before it works: where files lie, how mail leaves, who signs."""

from foundation import erasure, files, mail, ports
from foundation.config import Config
from ledger import keys, verification
from ledger import ports as ledger_ports

# Entries whose whole content stands on public pages anyway. Batches are not among them: whoever
# walked through the log would learn codes that nobody is to guess.
PUBLIC_KINDS = (
    "area.approved",
    "area.suspended",
    "area.restored",
    "area.revoked",
    "packing.approved",
    "packing.suspended",
    "packing.restored",
    "packing.renewed",
    "packing.expired",
    "packing.revoked",
    "product.certified",
    "ledger.witness_registered",
    "ledger.witness_suspended",
    "ledger.witness_resumed",
    "ledger.witness_withdrawn",
)


def install(config: Config) -> None:
    """Put the process's files, mail and signing key where the settings say."""
    files.use(config.files_url)
    mail.use(config.smtp_url, config.mail_from)
    keys.use(config.data_dir, config.base_url)
    ports.register_restore_check("files", erasure.explained)
    ports.register_restore_check("ledger", verification.explained)
    ledger_ports.publish_kinds(*PUBLIC_KINDS)
