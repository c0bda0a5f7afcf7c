from django.urls import path
from rest_framework.routers import SimpleRouter

from workflowmanager.calendar_views import ApplyHolidaysView
from workflowmanager.dry_run_views import DryRunView
from workflowmanager.feed_views import CalendarFeedViewSet, CalendarView
from workflowmanager.handoff_views import AmsHandoffViewSet, BmsHandoffViewSet
from workflowmanager.intake_views import IntakeReplayViewSet, TicketRoutingViewSet
from workflowmanager.migration_views import MigratePreviewView, MigrateTasksView, MigrateView
from workflowmanager.people_views import PersonViewSet, RoleViewSet
from workflowmanager.reminder_views import ReminderViewSet
from workflowmanager.reports_views import AnalyticsViewSet
from workflowmanager.saved_views import SavedViewViewSet
from workflowmanager.stuck_work_views import DeadLetterViewSet, OutboxViewSet, PoolViewSet, StuckView
from workflowmanager.task_views import TaskActViewSet
from workflowmanager.workflow_views import WorkflowViewSet

router = SimpleRouter()
router.register("workflows", WorkflowViewSet, basename="workflow")
router.register("roles", RoleViewSet, basename="role")
router.register("people", PersonViewSet, basename="person")
router.register("analytics", AnalyticsViewSet, basename="analytics")
router.register("views", SavedViewViewSet, basename="view")
router.register("calendar-feeds", CalendarFeedViewSet, basename="calendar-feed")
router.register("reminders", ReminderViewSet, basename="reminder")
router.register("dead-letters", DeadLetterViewSet, basename="dead-letter")
router.register("outbox", OutboxViewSet, basename="outbox")
router.register("pool", PoolViewSet, basename="pool")
router.register("ams/checkouts", AmsHandoffViewSet, basename="ams-handoff")
router.register("bms/checkouts", BmsHandoffViewSet, basename="bms-handoff")
router.register("tickets", TicketRoutingViewSet, basename="ticket-routing")
router.register("tasks", TaskActViewSet, basename="task-act")
router.register("intake", IntakeReplayViewSet, basename="intake-replay")

urlpatterns = [
    path("calendar/<str:token_file>", CalendarView.as_view(), name="calendar-feed-document"),
    path("calendars/<int:calendar_id>/apply-holidays/", ApplyHolidaysView.as_view(), name="calendar-apply-holidays"),
    path("stuck/", StuckView.as_view(), name="stuck"),
    path("workflows/<int:workflow_id>/dry-run/", DryRunView.as_view(), name="workflow-dry-run"),
    path("workflows/<int:workflow_id>/migrate/", MigrateView.as_view(), name="workflow-migrate"),
    path("workflows/<int:workflow_id>/migrate/preview/", MigratePreviewView.as_view(), name="workflow-migrate-preview"),
    path("workflows/<int:workflow_id>/migrate/tasks/", MigrateTasksView.as_view(), name="workflow-migrate-tasks"),
    *router.urls,
]
