from rest_framework.routers import SimpleRouter

from task.list_views import TaskListViewSet
from task.views import TaskViewSet, TransitionViewSet

router = SimpleRouter()
router.register("tasks", TaskViewSet, basename="task")
router.register("tasks", TaskListViewSet, basename="task-list")
router.register("transitions", TransitionViewSet, basename="transition")

urlpatterns = router.urls
