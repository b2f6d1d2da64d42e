"""Of which document an upload is a version: proposed by name and content, said by a person."""
