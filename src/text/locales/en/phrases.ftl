### English phrases are worded by whoever finds a problem; see `ja/phrases.ftl`.
