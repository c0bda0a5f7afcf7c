"""Routes of SCIM, below `/scim/v2/`. They have no slash at the end: the standard names them so."""

from django.urls import path

from scim import views

urlpatterns = [
    path("Users", views.UsersView.as_view(), name="scim-users"),
    path("Users/.search", views.UserSearchView.as_view(), name="scim-user-search"),
    path("Users/<str:resource_id>", views.UserView.as_view(), name="scim-user"),
    path("Groups", views.GroupsView.as_view(), name="scim-groups"),
    path("Groups/.search", views.GroupSearchView.as_view(), name="scim-group-search"),
    path("Groups/<str:resource_id>", views.GroupView.as_view(), name="scim-group"),
    path("ServiceProviderConfig", views.ConfigView.as_view(), name="scim-config"),
    path("ResourceTypes", views.ResourceTypesView.as_view(), name="scim-resource-types"),
    path("ResourceTypes/<str:resource_id>", views.ResourceTypeView.as_view(), name="scim-resource-type"),
    path("Schemas", views.SchemasView.as_view(), name="scim-schemas"),
    path("Schemas/<str:resource_id>", views.SchemaView.as_view(), name="scim-schema"),
    path(".search", views.SearchView.as_view(), name="scim-search"),
    path("<path:path>", views.NothingView.as_view(), name="scim-nothing"),
]
