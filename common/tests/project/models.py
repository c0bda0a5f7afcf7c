"""What the handlers of the test project leave behind. Without unique constraints, so that doubles can show."""

from django.db import models


class Effect(models.Model):
    """One run of a handler that was committed."""

    what = models.CharField(max_length=200)
    message_id = models.CharField(max_length=200, default="")
    request_id = models.CharField(max_length=200, default="")
    pid = models.IntegerField(default=0)
    backend_pid = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.what


class Thing(models.Model):
    """Something that the test views list and create."""

    name = models.CharField(max_length=50)
    size = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name
