module factory/rehearsal/tools/longhorn

go 1.26.0

require github.com/longhorn/longhorn-manager v1.12.0
