"""Every journey that ends at a counter (G3–G9). To add one: a slug and what is said there."""

from django.utils.translation import gettext_lazy as _

from cards import labels
from cards.rules.kinds import CardVariant
from cards.sheets import asked, bags, days, ticks
from cards.sheets.words import Journey

_WITH_PINS = frozenset({CardVariant.STANDARD})
_CARD = _("My Individual Number Card")
_CARDS = _("The Individual Number Card of everyone who moves")
_WRITE_ADDRESS = _("Please write the new address on my Individual Number Card.")
_NEW_MUNICIPALITY = _("The counter of the municipality that I move to")

JOURNEYS: dict[str, Journey] = {
    "moving-out": Journey(
        title=_("Notification of moving out"),
        asks=(
            _("I am moving to another municipality. I want to submit the moving-out notification."),
        ),
        brings=(_CARDS,),
        days=days.of_a_move,
    ),
    "moving-in": Journey(
        title=_("Notification of moving in"),
        asks=(
            _(
                "I have moved here from another municipality. I want to submit the moving-in "
                "notification."
            ),
            _WRITE_ADDRESS,
        ),
        choices=ticks.sign_again,
        brings=(_CARDS,),
        days=days.of_a_move,
        where=_NEW_MUNICIPALITY,
    ),
    "moving-within": Journey(
        title=_("Notification of moving within the municipality"),
        asks=(
            _("I have moved within this municipality. I want to submit the notification of it."),
            _WRITE_ADDRESS,
        ),
        choices=ticks.sign_again,
        brings=(_CARDS,),
        days=days.of_a_move,
    ),
    "card-update": Journey(
        title=_("Writing the new address or name on the card"),
        asks=(_("Please write my new details on my Individual Number Card."),),
        choices=ticks.for_an_update,
        brings=(_CARD,),
        days=days.of_a_move,
        for_living=True,
    ),
    "name-change": Journey(
        title=_("Change of name"),
        asks=(
            _("My name changed. Please write the new name on my Individual Number Card."),
            _("The new name is the one on my residence card."),
        ),
        choices=ticks.sign_again,
        brings=(
            _CARD,
            _("My residence card, with the new name"),
            _("The notification of the change, for example of the marriage"),
        ),
        days=days.of_a_new_name,
    ),
    "renewal": Journey(
        title=_("Renewal of the card"),
        asks=asked.for_a_renewal,
        choices=ticks.for_a_renewal,
        brings=bags.for_a_renewal,
        days=days.of_a_renewal,
        for_living=True,
    ),
    "second-visit": Journey(
        title=_("Second visit after an extension was applied for"),
        asks=(
            _(
                "My card was extended while my application was pending. The longer stay is granted "
                "now. Please put the new expiry date on my Individual Number Card."
            ),
        ),
        brings=(
            _("The residence card that shows the new period of stay"),
            _("My Individual Number Card, working and in use"),
        ),
        days=days.of_a_renewal,
        for_living=True,
    ),
    "certificates": Journey(
        title=_("Issuing electronic certificates again"),
        asks=(_("Please issue electronic certificates on my Individual Number Card."),),
        choices=ticks.certificates,
        brings=(_CARD,),
        days=days.of_certificates,
        for_living=True,
    ),
    "pin-reset": Journey(
        title=_("Resetting PINs"),
        asks=(_("A PIN is locked or forgotten. Please reset it. I set the new PIN myself."),),
        choices=tuple(labels.PIN_KIND.values()),
        brings=(_CARD, bags.IDENTITY),
        days=days.of_the_card,
        variants=_WITH_PINS,
        for_living=True,
    ),
    "found": Journey(
        title=_("A lost card that was found"),
        asks=(_("I have found my Individual Number Card. Please lift its temporary suspension."),),
        brings=(_("The card that was found"), bags.IDENTITY),
        days=days.of_a_suspension,
        for_living=True,
    ),
    "reissue": Journey(
        title=_("Asking for a new card"),
        asks=(_("Please issue a new Individual Number Card. The reason is ticked below."),),
        choices=ticks.for_a_new_card,
        brings=(
            bags.OLD_CARD,
            _("For a lost card: the police report of the loss, with its receipt number"),
            _("For a burnt card: the report of the fire station"),
            bags.IDENTITY,
        ),
        days=days.of_a_new_card,
    ),
    "collect": Journey(
        title=_("Collecting the new card"),
        asks=(
            _(
                "My application for a new Individual Number Card was accepted. I would like to "
                "collect the new card."
            ),
        ),
        brings=bags.for_a_new_card,
        days=days.of_a_new_card,
    ),
    "photo-id": Journey(
        title=_("Changing to a card with photo identification only"),
        asks=(_("I would like a card with photo identification only, which has no PINs."),),
        brings=(_CARD, bags.IDENTITY),
        days=days.of_the_card,
        variants=_WITH_PINS,
        for_living=True,
    ),
    "photo-id-back": Journey(
        title=_("Changing back to a card with PINs"),
        asks=(_("I would like an Individual Number Card with PINs again. I set the PINs myself."),),
        brings=(_CARD, bags.IDENTITY),
        days=days.of_the_card,
        variants=frozenset({CardVariant.PHOTO_ID}),
        for_living=True,
    ),
}
