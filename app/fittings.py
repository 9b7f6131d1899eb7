"""What a process is fitted with before it works: where files lie, how mail leaves, who signs."""

from foundation import files, mail, ports
from foundation.config import Config
from ledger import keys, verification


def install(config: Config) -> None:
    """Put the process's files, mail and signing key where the settings say."""
    files.use(config.files_url)
    mail.use(config.smtp_url, config.mail_from)
    keys.use(config.data_dir, config.base_url)
    ports.register_restore_check("ledger", verification.explained)
