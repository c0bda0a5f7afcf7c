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


class Item(models.Model):
    """A row of F3's list: as many columns as a plain ticket has, no relation. F4 locks, changes and records it."""

    number = models.CharField(max_length=64)
    subject = models.CharField(max_length=255)
    status = models.CharField(max_length=16, default="pending")
    priority = models.CharField(max_length=16, default="medium")
    category = models.CharField(max_length=64, default="IT Support")
    department = models.CharField(max_length=64, default="IT Department")
    requester = models.CharField(max_length=255, default="Noor Haddad")
    assignee_id = models.BigIntegerField(null=True)
    assignee_name = models.CharField(max_length=255, default="Agent 11")
    version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "floor_items"
        indexes = [models.Index(fields=["due_at", "id"], name="floor_items_due")]

    def __str__(self) -> str:
        return self.number


class ItemChange(models.Model):
    """F4's history row."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE)
    old_status = models.CharField(max_length=16)
    new_status = models.CharField(max_length=16)
    actor_id = models.BigIntegerField()
    comment = models.TextField(blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "floor_item_changes"

    def __str__(self) -> str:
        return f"{self.item_id}: {self.new_status}"
