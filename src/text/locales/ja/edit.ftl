### Edits, as the tooltips of undo and redo name them.
