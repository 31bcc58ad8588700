"""What can be wrong beside the devices, in sentences a technician understands. No codes, no behaviour."""


class HardwareError(Exception):
    """Anything of this family is meant to be shown as it stands, without a traceback."""


class DevicesWrong(HardwareError):
    """The devices file cannot be used as it is; the sentence names the line where one is known."""


class AddressWrong(HardwareError):
    """An address that no driver understands."""


class FontsMissing(HardwareError):
    """Without its own fonts a slip would come out in wrong Thai, or in none."""


class SlipRefused(HardwareError):
    """A slip that cannot be set, so that nothing was sent to a printer."""


class SlipsWrong(HardwareError):
    """The centre's own template or logo cannot be used; the sentence says why, and on which line."""


class KeyRefused(HardwareError):
    """The server does not know this agent's key, or no longer."""


class ServerWrong(HardwareError):
    """What was given as the server's address is none."""


class JournalWrong(HardwareError):
    """The journal cannot be written where it lies, or another agent writes it."""
