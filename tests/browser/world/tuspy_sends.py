"""Sends one file by tuspy to an upload URL that there is; what it needs comes as JSON on stdin."""

import json
import sys

from tusclient import client

told = json.load(sys.stdin)
tus = client.TusClient(told["url"], headers={"Authorization": told["bearer"]})
uploader = tus.uploader(
    told["path"],
    url=told["url"],
    chunk_size=told["piece"],
    retries=told["tries"],
    retry_delay=told["wait"],
)
uploader.upload()
