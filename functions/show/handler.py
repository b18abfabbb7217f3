"""show: the pages of leadership, for whoever is logged in."""

from northstar.runtime.http import routed
from northstar.runtime.routes import ROUTES
from northstar.runtime.visits import problem

handler = routed(ROUTES, problem)
