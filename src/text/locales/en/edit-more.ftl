### What the first picture does not say.

edit-text = edit text

# $file (string): name of the file
edit-add-file = add { $file }
edit-delete-file = delete a file

# $file (string): the new name
edit-rename-file = rename a file to { $file }

# $object (string): name of the object
edit-add = add { $object }
edit-replace = edit { $object }
edit-delete = delete { $object }

# $object (string): name of the object; $field (string): path of the field
edit-field = set { $field } of { $object }

# $object (string): name of the object
edit-move = move { $object }

# $file (string): its name
edit-apply = apply { $file }
