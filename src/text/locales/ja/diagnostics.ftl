### Problems with the input.

severity-error = エラー
severity-warning = 警告
severity-info = 情報

# $found (string), $expected (string): follows the message of a problem
diagnostic-found = 。検出: { $found }、期待: { $expected }
# $hint (string): follows the message of a problem
diagnostic-hint = 。対処: { $hint }

## Translations by the code of the problem. In English the reader words them itself.
## $message (string): the English sentence; $found, $expected, $object (string): where known

yaml-syntax = YAML として読めません ({ $message })
