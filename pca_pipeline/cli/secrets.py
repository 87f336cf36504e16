"""Values behind tokens, sealed originals, their keys, and the log of who looked at them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pca_pipeline.cli.options import Folder, Json, Reason, existing_folder
from pca_pipeline.console import as_dicts, data, print_counts, print_json, print_table, talk


def reveal(
    tokens: Annotated[list[str], typer.Argument(help='Tokens, as "<PERSON:k3f9...>" or without the brackets.')],
    reason: Reason,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show the values behind tokens. Needs the master key; the audit log records who saw which tokens, when and why."""
    from pca_pipeline.pii import Vault

    values = Vault(existing_folder(folder).folder).reveal(tokens, reason)
    if as_json:
        print_json(as_dicts(("token", "value"), zip(tokens, values, strict=True)))
    else:
        for value in values:
            sys.stdout.write(value + "\n")


def audit(folder: Folder = None, as_json: Json = False) -> None:
    """List who viewed personal data, when and why. Checks the chain of entries: single changes and removals show."""
    from pca_pipeline.pii.vault.audit import AuditLog, first_altered

    log = AuditLog(existing_folder(folder).folder).read()
    altered = first_altered(log)
    columns = ("number", "at", "user", "action", "call_id", "entities", "reason", "tokens")
    rows = [[getattr(access, column) for column in columns] for access in log]
    last = log[-1].hash if log else None
    if as_json:
        print_json({"accesses": as_dicts(columns, rows), "last_hash": last, "altered_at": altered})
    else:
        print_table(columns[:-1], [row[:-1] for row in rows])
        talk.print(f"The last hash is {last}." if last else "No entries in this folder's log.", markup=False)
    if altered:
        talk.print(f"The log was altered at entry {altered}: do not rely on it from there on.", style="red")
        raise typer.Exit(1)


def rewrap(folder: Folder = None, as_json: Json = False) -> None:
    """Change the master key of vault and database. The old key is in PCA_OLD_MASTER_KEY, or in the file of ..._FILE."""
    from pca_pipeline import warehouse
    from pca_pipeline.lock import sweep_lock
    from pca_pipeline.pii import Vault

    settings = existing_folder(folder)
    with sweep_lock(settings.folder):  # a sweep would go on with the key it started with
        is_rekeyed = warehouse.rekey(settings)
        done = Vault(settings.folder).rewrap()
        if is_rekeyed:
            warehouse.publish(settings)
    counts = {"rewrapped": done.rewrapped, "already": done.already, "key_id": done.key_id}
    print_counts(counts, as_json=as_json, title="Keys of calls")


def keygen(
    name: Annotated[Path, typer.Argument(help="Creates NAME.private.pem and NAME.public.pem.")],
) -> None:
    """Create the keys for sealed originals. Keep the private key away from this machine."""
    from pca_pipeline.intake.sealing import make_keys

    private, public = (name.with_name(f"{name.name}.{kind}.pem") for kind in ("private", "public"))
    make_keys(private, public)
    for path in (private, public):
        data.print(str(path), markup=False)


def unseal(
    file: Annotated[Path, typer.Argument(help="A sealed original: a file in the folder `sealed`.")],
    key: Annotated[Path, typer.Option(help="The private key of the pair it was sealed to.")],
    reason: Reason,
    out: Annotated[Path | None, typer.Option(help="File to write. Default: the same name without .sealed.")] = None,
    folder: Folder = None,
) -> None:
    """Open a sealed original. It contains all that was said except card codes and PINs; the audit log records it."""
    from pca_pipeline.intake.sealing import read_private_key, unsealed_name
    from pca_pipeline.intake.sealing import unseal as open_sealed
    from pca_pipeline.pii.vault.audit import AuditLog

    target = out or unsealed_name(file)
    private = read_private_key(key)
    calls_folder = _folder_of_sealed(file) or existing_folder(folder).folder
    AuditLog(calls_folder).record("unseal", file.name.partition(".")[0], reason)
    open_sealed(file, target, private)
    data.print(str(target), markup=False)


def _folder_of_sealed(file: Path) -> Path | None:
    """The calls folder that a sealed file lies in; None where it was taken out of one."""
    sealed = file.resolve().parent
    return sealed.parent if sealed.name == "sealed" and (sealed.parent / "done").is_dir() else None
