### Problems with the input.

severity-error = error
severity-warning = warning
severity-info = note

# $found (string), $expected (string): follows the message of a problem
diagnostic-found = ; found { $found }, expected { $expected }
# $hint (string): follows the message of a problem
diagnostic-hint = ; hint: { $hint }
