import pytest
from projects import Project


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path / "project")


@pytest.fixture(scope="session")
def project_of(tmp_path_factory):
    """Makes a project that several tests share, in a folder of this name."""
    return lambda name: Project(tmp_path_factory.mktemp(name) / "project")
