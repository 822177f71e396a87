"""Laws of one score, used as truth and as error alike; one file each, in scipy’s words."""

from models.distributions.base import Distribution
from models.distributions.laplace import Laplace
from models.distributions.levy import Levy
from models.distributions.lognormal import Lognormal
from models.distributions.normal import Normal
from models.distributions.student_t import StudentT
from models.distributions.uniform import Uniform

__all__ = ["Distribution", "Laplace", "Levy", "Lognormal", "Normal", "StudentT", "Uniform"]
