"""Four plain tables and one to read from."""

from django.db import models


class Row(models.Model):
    """What the floor tasks insert."""

    number = models.CharField(max_length=64, db_index=True)
    subject = models.CharField(max_length=255, default="")
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class First(Row):
    class Meta:
        db_table = "floor_first"


class Second(Row):
    class Meta:
        db_table = "floor_second"


class Third(Row):
    class Meta:
        db_table = "floor_third"


class Fourth(Row):
    class Meta:
        db_table = "floor_fourth"
