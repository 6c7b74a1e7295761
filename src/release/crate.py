"""What the archive says of itself to programs: the metadata of a Process Run Crate.

Each page is a run of its notebook, with what it read and wrote. See
https://www.researchobject.org/workflow-run-crate/profiles/process_run_crate/. When a page was made
is left out, and so are names of machines: the same project has the same metadata.
"""

import json
from collections.abc import Iterable
from mimetypes import guess_type
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from analysis.published.package import Package, Resource
from release.citation import Citation
from release.made_files import MANIFEST, MadeFiles, MadePage

METADATA = "ro-crate-metadata.json"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_FORMATS = {".ipynb": "application/x-ipynb+json", ".csv": "text/csv", ".svg": "image/svg+xml"}
_FOLDERS = {
    "docs/": "Documentation",
    "src/": "The library, the batch and the release",
    "tests/": "The tests",
    "tools/": "Benchmarks, mutants and other tools of maintainers",
}


def crate_metadata(
    paths: Iterable[str], made: MadeFiles, citation: Citation, package: Package
) -> bytes:
    """The metadata of an archive, as `ro-crate-metadata.json`.

    Args:
        paths: the files that the archive holds.
        made: those of them that the batch made.
        citation: of the project.
        package: the raw tables and where they came from.
    """
    crate, held = ROCrate(version="1.1"), set(paths)
    agent = _context(crate, "#maintainers", "Organization", name=citation.authors[0].name)
    _describe_root(crate, agent, made, citation)
    tables = {f"data/raw/{resource.path}": resource for resource in package.resources}
    for name, description in _FOLDERS.items():
        if any(path.startswith(name) for path in held):
            crate.add_directory(
                dest_path=name, properties={"name": name, "description": description}
            )
    for path in sorted({path for path in held if path.startswith("data/raw/")}):
        table = _table(crate, tables[path]) if path in tables else {"name": path}
        crate.add_file(dest_path=path, properties=table | _format(path))
    for path in sorted({*made.digests, MANIFEST, "LICENSE", "requirements.lock"} & held):
        kind = {"@type": ["File", "WebPage"]} if path.endswith(".html") else {}
        crate.add_file(dest_path=path, properties={"name": path, **kind, **_format(path)})
    language = _context(crate, "#python", "ComputerLanguage", name="Python")
    language["version"] = made.versions["Python"]
    for path in sorted({page.notebook for page in made.pages.values()}):
        program = {
            "@type": ["File", "SoftwareSourceCode"],
            "name": path,
            "version": citation.version,
            "programmingLanguage": {"@id": language.id},
        }
        crate.add_file(dest_path=path, properties=program | _format(path))
    for name, page in made.pages.items():
        _add_run(crate, name, page, agent)
    return json.dumps(crate.metadata.generate(), indent=1, ensure_ascii=False).encode() + b"\n"


def _context(crate: ROCrate, identifier: str, kind: str, **properties: Any) -> ContextEntity:
    about = {"@type": kind, **properties}
    return crate.add(ContextEntity(crate, identifier, properties=about))


def _describe_root(
    crate: ROCrate, agent: ContextEntity, made: MadeFiles, citation: Citation
) -> None:
    profile = _context(crate, _PROFILE, "CreativeWork", name="Process Run Crate", version="0.5")
    licence = _context(
        crate,
        f"https://spdx.org/licenses/{citation.license}",
        "CreativeWork",
        name=citation.license,
        description="Of code and text; data/LICENCE.md says whose the figures are.",
    )
    root = crate.root_dataset
    root["name"], root["description"] = citation.title, citation.abstract
    root["alternateName"], root["version"] = made.title, citation.version
    root["datePublished"] = citation.released.isoformat()
    root["license"], root["conformsTo"] = licence, profile
    root["author"] = root["publisher"] = agent


def _format(path: str) -> dict[str, str]:
    suffix = f".{path.rpartition('.')[2]}"
    return {"encodingFormat": _FORMATS.get(suffix) or guess_type(path)[0] or "text/plain"}


def _table(crate: ROCrate, resource: Resource) -> dict[str, Any]:
    """What is known of a raw table; its sources become entities of their own."""
    sources = [
        _context(
            crate,
            f"#source-{source.name}",
            "CreativeWork",
            name=source.title,
            url=source.path,
            publisher=source.publisher,
            description=source.obtained,
        )
        for source in resource.sources
    ]
    links = [{"@id": source.id} for source in sources]
    return {
        "@type": ["File", "Dataset"],
        "name": resource.title,
        "description": resource.description,
        "license": "; ".join(licence.title for licence in resource.licenses),
        "variableMeasured": [field.name for field in resource.rules.fields],
        "isBasedOn": links[0] if len(links) == 1 else links,
    }


def _add_run(crate: ROCrate, name: str, page: MadePage, agent: ContextEntity) -> None:
    """A page as a run of its notebook."""
    parameters = [
        _context(crate, f"#{name}-{key}", "PropertyValue", name=key, value=json.dumps(value))
        for key, value in page.parameters.items()
    ]
    read = [crate.get(path) for path in page.inputs if path.startswith("data/")]
    run = crate.add_action(
        crate.get(page.notebook),
        f"#run-{name}",
        object=[*filter(None, read), *parameters],
        result=[crate.get(path) for path in page.outputs],
        properties={
            "name": page.title,
            "description": page.summary or f"A run of {page.notebook}",
            "agent": {"@id": agent.id},
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
    )
    crate.root_dataset.append_to("mentions", run)
