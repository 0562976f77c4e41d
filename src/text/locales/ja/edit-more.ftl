### 最初の図に出てこない文。

edit-text = テキストの編集

# $file (string): name of the file
edit-add-file = { $file } の追加
edit-delete-file = ファイルの削除

# $file (string): the new name
edit-rename-file = ファイル名を { $file } に変更

# $object (string): name of the object
edit-add = { $object } の追加
edit-replace = { $object } の編集
edit-delete = { $object } の削除

# $object (string): name of the object; $field (string): path of the field
edit-field = { $object } の { $field } の設定

# $object (string): name of the object
edit-move = { $object } の移動

# $file (string): its name
edit-apply = { $file } の適用
