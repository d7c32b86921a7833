"""Police contacts belong to the case; whoever reads the case may write one, also after it is closed."""

from security.walls.declare import of_case

TABLES = (of_case("referrals_policecontact", write="view"),)
