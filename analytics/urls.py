from django.urls import path

from analytics import views

urlpatterns = [path("beacon/", views.beacon, name="beacon")]
