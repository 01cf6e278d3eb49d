"""What each role gets at each address, asked with GET and with POST. `in`: sent to sign in.

The objects are those of one resident. `guardian` looks after that resident, `clerk` works at
their office, `other` and `elsewhere` have nothing to do with them: to these, not theirs looks
exactly like not there (404), where their role may see such a page at all (otherwise 403).
"""

import re
from itertools import product

ROLES = (
    "nobody",
    "resident",
    "other",
    "guardian",
    "clerk",
    "elsewhere",
    "editor",
    "auditor",
    "administrator",
    "superuser",
)

# Name of the route, or its pattern in quotes where it has none; {a,b} stands for several. Columns
# as in ROLES.
TABLE = """
#                         nobody resident other guardian clerk elsewhere editor auditor adm. super
root                         302  302  302  302  302  302  302  302  302  302
health-live                  200  200  200  200  200  200  200  200  200  200
# Whoever knows the secret reads the calendar, and nobody else.
calendar-feed                200  200  200  200  200  200  200  200  200  200
# Off unless the environment says otherwise.
mail-report                  404  404  404  404  404  404  404  404  404  404
health-ready                 200  200  200  200  200  200  200  200  200  200
health-deep                  503  503  503  503  503  503  503  503  503  503
# To nobody who neither shows the token nor comes from where it is allowed.
metrics                      404  404  404  404  404  404  404  404  404  404
home                         200  200  200  200  200  200  200  200  200  200
accounts:link                200  200  200  200  200  200  200  200  200  200
accounts:{me,language}       in   200  200  200  200  200  200  200  200  200
cards:lost                   200  200  200  200  200  200  200  200  200  200
cards:{certificates,smartphone,smartphone-revoked} \
                             in   200  404  200  404  404  404  404  404  404
cards:smartphone-{apply,done,revoke} \
                             in   302  404  302  404  404  404  404  404  404
cards:{card,uses,renewing}   in   200  404  200  404  404  404  404  404  404
cards:pins                   in   200  404  200  404  404  404  404  404  404
cards:pins-change            in   302  404  302  404  404  404  404  404  404
cards:pins-changed           in   302  404  302  404  404  404  404  404  404
cards:{moving,moving-where,moving-days} \
                             in   200  404  200  404  404  404  404  404  404
cards:{moving-told,moving-call-off} \
                             in   302  404  302  404  404  404  404  404  404
cards:if-i-move              200  200  200  200  200  200  200  200  200  200
cards:sheet                  in   200  404  200  404  404  404  404  404  404
cards:suspend                in   302  404  302  404  404  404  404  404  404
cards:suspended              in   200  404  200  404  404  404  404  404  404
cards:history                in   200  404  200  404  404  404  404  404  404
cards:{reissue,photo-id}     in   200  404  200  404  404  404  404  404  404
cards:reissue-{answer,withdraw} \
                             in   200  404  200  404  404  404  404  404  404
cards:reissue-apply          in   302  404  302  404  404  404  404  404  404
cards:photo-id-withdraw      405  405  405  405  405  405  405  405  405  405
cards:hand-over              200  200  200  200  200  200  200  200  200  200
cards:kiosk-sign-in          200  200  200  200  200  200  200  200  200  200
cards:kiosk                  302  302  302  302  302  302  302  302  302  302
cards:kiosk-done             302  302  302  302  302  302  302  302  302  302
guide:contents               200  200  200  200  200  200  200  200  200  200
guide:section                200  200  200  200  200  200  200  200  200  200
notifications:{inbox,mails,preferences,calendar} \
                             in   200  200  200  200  200  200  200  200  200
# Each account's own link to the card.
notifications:preferences-change \
                             in   200  404  404  404  404  404  404  404  404
notifications:notification   in   200  404  200  404  404  404  404  404  404
privacy:{data,looks,download} \
                             in   200  200  200  200  200  200  200  200  200
privacy:{download-ask,download-file,close} \
                             in   302  302  302  302  302  302  302  302  302
privacy:closed               200  200  200  200  200  200  200  200  200  200
notifications:{mark-read,mark-unread,mark-all-read,calendar-end,done,not-done,remind,no-reminder} \
                             405  405  405  405  405  405  405  405  405  405
# From a mail, with or without a session: the address is signed, and asking shows nobody's data.
notifications:unsubscribe    200  200  200  200  200  200  200  200  200  200

account_{login,signup}       200  302  302  302  302  302  302  302  302  302
account_logout               302  200  200  200  200  200  200  200  200  200
account_inactive             200  200  200  200  200  200  200  200  200  200
account_reset_password       200  200  200  200  200  200  200  200  200  200
account_{reauthenticate,email,change_password} \
                             in   200  200  200  200  200  200  200  200  200
account_{email_verification_sent,set_password,confirm_login_code} \
                             in   302  302  302  302  302  302  302  302  302
account_confirm_password_reset_code \
                             in   in   in   in   in   in   in   in   in   in
account_complete_password_reset \
                             302  302  302  302  302  302  302  302  302  302
account_password_reset_completed \
                             200  200  200  200  200  200  200  200  200  200
account_{signup_by_passkey,request_login_code} \
                             200  302  302  302  302  302  302  302  302  302

accounts:{security,sessions} in   200  200  200  200  200  200  200  200  200
accounts:{second-factor,reauthenticate-by-mail,set-password} \
                             in   302  302  302  302  302  302  302  302  302
accounts:{end-other-sessions,end-session,session-stay,card-unlink} \
                             405  405  405  405  405  405  405  405  405  405
usersessions_list            in   200  200  200  200  200  200  200  200  200
# The card is off unless the environment says otherwise.
card-callback                404  404  404  404  404  404  404  404  404  404
accounts:card-sign-in        404  404  404  404  404  404  404  404  404  404
socialaccount_login_cancelled \
                             200  200  200  200  200  200  200  200  200  200
socialaccount_login_error    401  401  401  401  401  401  401  401  401  401
socialaccount_signup         in   in   in   in   in   in   in   in   in   in
# 302: to allauth's pages that are one of ours here, or to show first that it is you. The
# resident has a passkey, staff have an authenticator app.
{mfa_index,mfa_list_webauthn,mfa_signup_webauthn,socialaccount_connections} \
                             302  302  302  302  302  302  302  302  302  302
mfa_{authenticate,activate_totp,generate_recovery_codes,add_webauthn,remove_webauthn,edit_webauthn,login_webauthn} \
                             in   302  302  302  302  302  302  302  302  302
mfa_reauthenticate           in   302  302  302  200  200  200  200  200  200
mfa_reauthenticate_webauthn  in   200  302  302  302  302  302  302  302  302
mfa_deactivate_totp          in   404  404  404  302  302  302  302  302  302
mfa_{view,download}_recovery_codes \
                             in   404  404  404  404  404  404  404  404  404

admin:index                  in   in   in   in   200  200  200  200  200  200
# Editors see nothing of anybody. A clerk of another office sees that office's numbers.
admin:{forecast,forecast-file} \
                             in   in   in   in   200  200  403  200  200  200
admin:login                  in   403  403  403  302  302  302  302  302  302
admin:logout                 302  302  302  302  302  302  302  302  302  302
admin:language               in   in   in   in   405  405  405  405  405  405
admin:password_change        in   in   in   in   302  302  302  302  302  302
admin:password_change_done   in   in   in   in   200  200  200  200  200  200
admin:autocomplete           in   in   in   in   403  403  403  403  403  403
admin:app_list               in   in   in   in   200  200  404  200  200  200

admin:cards_card_{record-move,name-change,correct-name,card-update,set-expiry,suspend,lift-suspension,correct-move,withdraw-move,reset-pins,request-reissue,ask-back-reissue,accept-reissue,refuse-reissue,withdraw-reissue,issue-reissue,change-variant,refuse-variant} \
                             in   in   in   in   200  404  404  403  403  200
admin:cards_card_issue-certificates \
                             in   in   in   in   200  404  404  403  403  200
admin:cards_card_change      in   in   in   in   200  404  404  200  200  200
admin:{accounts_resident,accounts_office,cards_deadline,cards_move,cards_certificate,cards_pinslot,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,notifications_mailtrouble}_change \
                             in   in   in   in   200  404  403  200  200  200
admin:{accounts_resident,accounts_office,accounts_holding,cards_card,cards_deadline,cards_move,cards_certificate,cards_pinslot,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,notifications_mailtrouble}_changelist \
                             in   in   in   in   200  200  403  200  200  200
admin:{accounts_resident,accounts_office,accounts_holding,cards_card,cards_deadline,cards_move,cards_certificate,cards_pinslot,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,notifications_mailtrouble}_history \
                             in   in   in   in   200  404  403  200  200  200
admin:{accounts_resident,auth_group,cards_card,cards_deadline,cards_move,cards_certificate,cards_pinslot,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,notifications_mailtrouble}_{add,delete} \
                             in   in   in   in   403  403  403  403  403  403

admin:accounts_resident_linking-letter \
                             in   in   in   in   200  404  404  403  403  200
admin:accounts_resident_second-step \
                             in   in   in   in   200  404  404  403  403  200
admin:accounts_resident_close-letter \
                             in   in   in   in   405  405  405  405  405  405
admin:notifications_delivery_{send-again,leave} \
                             in   in   in   in   405  405  405  405  405  405
admin:notifications_mailtrouble_works \
                             in   in   in   in   405  405  405  405  405  405
admin:accounts_holding_add   in   in   in   in   403  403  403  403  403  403
admin:accounts_holding_change \
                             in   in   in   in   200  404  403  200  200  200
admin:accounts_holding_delete \
                             in   in   in   in   200  404  403  403  403  200
admin:accounts_closeddays_{changelist,change,history} \
                             in   in   in   in   200  200  403  200  200  200
admin:accounts_closeddays_{add,delete} \
                             in   in   in   in   403  403  403  403  200  200
admin:cards_leaddays_{changelist,change,history} \
                             in   in   in   in   200  200  403  200  200  200
admin:cards_leaddays_{add,delete} \
                             in   in   in   in   403  403  403  403  403  403
admin:accounts_office_add    in   in   in   in   403  403  403  403  200  200
admin:accounts_user_add      in   in   in   in   403  403  403  403  200  200
admin:{accounts_office,accounts_user}_delete \
                             in   in   in   in   403  403  403  403  403  403
admin:privacy_access_{changelist,change} \
                             in   in   in   in   403  403  403  200  403  200
admin:privacy_access_history in   in   in   in   403  404  403  200  403  200
admin:privacy_access_{add,delete} \
                             in   in   in   in   403  403  403  403  403  403
admin:accounts_user_{leave,second-step} \
                             in   in   in   in   403  403  403  403  200  200
admin:{accounts_user,auth_group}_{changelist,change,history} \
                             in   in   in   in   403  403  403  200  200  200
admin:guide_section_{version,removed} \
                             in   in   in   in   403  403  200  200  403  200
admin:guide_section_{put-back,bring-back} \
                             in   in   in   in   403  403  200  403  403  200
admin:guide_section_preview  in   in   in   in   405  405  405  405  405  405
admin:guide_section_{changelist,change,history} \
                             in   in   in   in   403  403  200  200  403  200
admin:cards_smartphoneplatform_{changelist,change,history} \
                             in   in   in   in   403  403  403  200  200  200
admin:cards_smartphoneplatform_add \
                             in   in   in   in   403  403  403  403  200  200
admin:cards_smartphoneplatform_delete \
                             in   in   in   in   403  403  403  403  403  403
admin:cards_kiosk_{changelist,add,change,delete,history} \
                             in   in   in   in   403  403  403  403  403  200
admin:cards_cardimport_changelist \
                             in   in   in   in   200  200  403  200  403  200
admin:cards_cardimport_{change,report,progress} \
                             in   in   in   in   200  404  404  200  404  200
admin:cards_cardimport_history \
                             in   in   in   in   200  404  403  200  403  200
admin:cards_cardimport_add   in   in   in   in   200  200  403  403  403  200
admin:cards_cardimport_example \
                             in   in   in   in   200  200  403  200  403  200
admin:cards_cardimport_delete \
                             in   in   in   in   403  403  403  403  403  403
admin:cards_cardimport_{agree,discard,again} \
                             in   in   in   in   405  405  405  405  405  405
admin:{accounts_resident,cards_card,cards_deadline,cards_move,cards_certificate,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery}_export \
                             in   in   in   in   200  200  403  200  403  200
admin:privacy_access_export  in   in   in   in   403  403  403  200  403  200
admin:cards_reissuefee_{changelist,history,change} \
                             in   in   in   in   200  200  403  200  200  200
admin:cards_reissuefee_add   in   in   in   in   403  403  403  403  200  200
admin:cards_reissuefee_delete \
                             in   in   in   in   403  403  403  403  403  403
admin:guide_section_{add,delete} \
                             in   in   in   in   403  403  200  403  403  200

# Routes without a name, by their whole pattern. allauth's addresses that are one of our pages
# here, or were moved; the desk's short address of an object, which leads on to its page; and what
# the desk does not know.
"en/accounts/{2fa,2fa/webauthn,3rdparty}/" \
                             302  302  302  302  302  302  302  302  302  302
"en/accounts/social/{login/cancelled,login/error,signup,connections}/" \
                             301  301  301  301  301  301  301  301  301  301
accounts:"en/accounts/{confirm-email,login/code/confirm}/" \
                             in   302  302  302  302  302  302  302  302  302
accounts:"en/accounts/password/reset/confirm/" \
                             in   in   in   in   in   in   in   in   in   in
admin:"admin/{accounts/holding,accounts/office,accounts/closeddays,accounts/resident,auth/group,accounts/user,cards/deadline,cards/move,cards/certificate,cards/pinslot,cards/cardevent,cards/reissue,cards/variantrequest,cards/smartphoneplatform,cards/card,cards/reissuefee,cards/leaddays,cards/cardimport,cards/kiosk,notifications/mailtrouble,notifications/notification,notifications/delivery,guide/section,privacy/access}/<path:object_id>/" \
                             in   in   in   in   302  302  302  302  302  302
admin:"admin/(?P<url>.*)$"   in   in   in   in   404  404  404  404  404  404
"""  # noqa: E501 - a table is read across

# The same, asked with POST and with nothing filled in: who could act. What stands in neither of
# the two tables refuses POST to everybody (405).
POSTS = """
#                         nobody resident other guardian clerk elsewhere editor auditor adm. super
root                         302  302  302  302  302  302  302  302  302  302
mail-report                  404  404  404  404  404  404  404  404  404  404
accounts:link                200  422  422  422  422  422  422  422  422  422
accounts:language            in   422  422  422  422  422  422  422  422  422
cards:smartphone-apply       in   302  404  302  404  404  404  404  404  404
cards:smartphone-revoke      in   422  404  422  404  404  404  404  404  404
cards:pins-change            in   302  404  302  404  404  404  404  404  404
cards:moving-days            in   422  404  422  404  404  404  404  404  404
cards:moving-call-off        in   302  404  302  404  404  404  404  404  404
cards:suspend                in   302  404  302  404  404  404  404  404  404
cards:{photo-id,reissue-answer} \
                             in   422  404  422  404  404  404  404  404  404
cards:{photo-id-withdraw,reissue-withdraw,reissue-apply} \
                             in   302  404  302  404  404  404  404  404  404
cards:hand-over              200  200  200  200  200  200  200  200  200  200
cards:kiosk-sign-in          200  200  200  200  200  200  200  200  200  200
cards:kiosk                  302  302  302  302  302  302  302  302  302  302
notifications:{mark-read,mark-unread,done,not-done,remind,no-reminder} \
                             in   302  404  302  404  404  404  404  404  404
notifications:preferences-change \
                             in   422  404  404  404  404  404  404  404  404
notifications:calendar       in   200  200  200  200  200  200  200  200  200
notifications:calendar-end   in   302  302  302  302  302  302  302  302  302
notifications:mark-all-read  in   302  302  302  302  302  302  302  302  302
# The address is signed and stands for its reader, as mail programs bring no session.
notifications:unsubscribe    200  200  200  200  200  200  200  200  200  200
privacy:{download-ask,close} in   302  302  302  302  302  302  302  302  302

account_{login,signup}       200  302  302  302  302  302  302  302  302  302
account_{logout,complete_password_reset} \
                             302  302  302  302  302  302  302  302  302  302
account_reset_password       200  200  200  200  200  200  200  200  200  200
account_{reauthenticate,change_password} \
                             in   200  200  200  200  200  200  200  200  200
account_{email,email_verification_sent,set_password,confirm_login_code} \
                             in   302  302  302  302  302  302  302  302  302
account_confirm_password_reset_code \
                             in   in   in   in   in   in   in   in   in   in
account_{signup_by_passkey,request_login_code} \
                             200  302  302  302  302  302  302  302  302  302

accounts:{end-other-sessions,card-unlink,reauthenticate-by-mail,set-password} \
                             in   302  302  302  302  302  302  302  302  302
accounts:end-session         in   302  404  404  404  404  404  404  404  404
accounts:session-stay        200  200  200  200  200  200  200  200  200  200
accounts:card-sign-in        404  404  404  404  404  404  404  404  404  404
socialaccount_signup         in   in   in   in   in   in   in   in   in   in
{mfa_index,mfa_list_webauthn,mfa_signup_webauthn,socialaccount_connections} \
                             302  302  302  302  302  302  302  302  302  302
mfa_{authenticate,activate_totp,generate_recovery_codes,add_webauthn,remove_webauthn,edit_webauthn,login_webauthn} \
                             in   302  302  302  302  302  302  302  302  302
mfa_reauthenticate           in   302  302  302  200  200  200  200  200  200
mfa_reauthenticate_webauthn  in   in   302  302  302  302  302  302  302  302
mfa_deactivate_totp          in   404  404  404  302  302  302  302  302  302
mfa_view_recovery_codes      in   405  405  405  405  405  405  405  405  405
mfa_download_recovery_codes  in   404  404  404  404  404  404  404  404  404

admin:index                  in   in   in   in   200  200  200  200  200  200
admin:login                  in   403  403  403  302  302  302  302  302  302
admin:logout                 302  302  302  302  302  302  302  302  302  302
admin:{language,password_change} \
                             in   in   in   in   302  302  302  302  302  302
admin:{autocomplete,password_change_done} \
                             in   in   in   in   405  405  405  405  405  405
admin:app_list               in   in   in   in   200  200  404  200  200  200

admin:cards_card_{record-move,name-change,correct-name,card-update,set-expiry,suspend,lift-suspension,correct-move,withdraw-move,reset-pins,request-reissue,ask-back-reissue,accept-reissue,refuse-reissue,withdraw-reissue,issue-reissue,change-variant,refuse-variant} \
                             in   in   in   in   200  404  404  403  403  200
admin:cards_card_issue-certificates \
                             in   in   in   in   200  404  404  403  403  200
admin:cards_card_change      in   in   in   in   405  405  405  405  405  405
admin:accounts_resident_change \
                             in   in   in   in   200  404  403  403  403  200
admin:{accounts_holding,auth_group,cards_deadline,cards_move,cards_certificate,cards_pinslot,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,notifications_mailtrouble,privacy_access}_change \
                             in   in   in   in   403  403  403  403  403  403
admin:{accounts_resident,auth_group,cards_card,cards_deadline,cards_move,cards_certificate,cards_pinslot,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,notifications_mailtrouble,privacy_access}_{add,delete} \
                             in   in   in   in   403  403  403  403  403  403
admin:{accounts_resident,accounts_office,accounts_holding,cards_card,cards_deadline,cards_move,cards_certificate,cards_pinslot,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,notifications_mailtrouble}_changelist \
                             in   in   in   in   200  200  403  200  200  200
admin:{accounts_resident,accounts_office,accounts_holding,cards_card,cards_deadline,cards_move,cards_certificate,cards_pinslot,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,notifications_mailtrouble}_history \
                             in   in   in   in   200  404  403  200  200  200
admin:accounts_resident_linking-letter \
                             in   in   in   in   422  404  404  403  403  422
# Asks first.
admin:accounts_resident_close-letter \
                             in   in   in   in   200  404  404  403  403  200
admin:accounts_resident_second-step \
                             in   in   in   in   302  404  404  403  403  302
# Asks first; this one is not set aside.
admin:notifications_delivery_{send-again,leave} \
                             in   in   in   in   403  404  404  403  302  302
admin:notifications_mailtrouble_works \
                             in   in   in   in   200  404  404  403  403  200
admin:accounts_holding_add   in   in   in   in   403  403  403  403  403  403
admin:accounts_holding_delete \
                             in   in   in   in   200  404  403  403  403  200
admin:accounts_closeddays_{changelist,history} \
                             in   in   in   in   200  200  403  200  200  200
admin:accounts_closeddays_{add,change,delete} \
                             in   in   in   in   403  403  403  403  200  200
admin:cards_leaddays_{changelist,history} \
                             in   in   in   in   200  200  403  200  200  200
# Nothing typed: shown again.
admin:cards_leaddays_change  in   in   in   in   403  403  403  403  200  200
admin:cards_leaddays_{add,delete} \
                             in   in   in   in   403  403  403  403  403  403
admin:{accounts_office,accounts_user}_{add,change} \
                             in   in   in   in   403  403  403  403  200  200
admin:{accounts_office,accounts_user}_delete \
                             in   in   in   in   403  403  403  403  403  403
admin:accounts_user_{leave,second-step} \
                             in   in   in   in   403  403  403  403  302  302
admin:{accounts_user,auth_group}_{changelist,history} \
                             in   in   in   in   403  403  403  200  200  200
admin:privacy_access_changelist \
                             in   in   in   in   403  403  403  200  403  200
admin:privacy_access_history in   in   in   in   403  404  403  200  403  200
admin:cards_cardimport_changelist \
                             in   in   in   in   200  200  403  200  403  200
admin:cards_cardimport_history \
                             in   in   in   in   200  404  403  200  403  200
admin:cards_cardimport_{change,report,progress,example} \
                             in   in   in   in   405  405  405  405  405  405
admin:cards_cardimport_delete \
                             in   in   in   in   403  403  403  403  403  403
admin:cards_cardimport_add   in   in   in   in   422  422  403  403  403  422
admin:cards_cardimport_agree in   in   in   in   302  404  404  403  404  302
admin:cards_cardimport_{discard,again} \
                             in   in   in   in   200  404  404  403  404  200
admin:{accounts_resident,cards_card,cards_deadline,cards_move,cards_certificate,cards_cardevent,cards_reissue,cards_variantrequest,notifications_notification,notifications_delivery,privacy_access}_export \
                             in   in   in   in   405  405  405  405  405  405
admin:cards_reissuefee_{changelist,history} \
                             in   in   in   in   200  200  403  200  200  200
admin:cards_reissuefee_add   in   in   in   in   403  403  403  403  200  200
admin:cards_reissuefee_{change,delete} \
                             in   in   in   in   403  403  403  403  403  403
admin:guide_section_{version,removed} \
                             in   in   in   in   405  405  405  405  405  405
# Sent without having seen the version that is there now: shown again.
admin:guide_section_put-back in   in   in   in   403  403  200  403  403  200
admin:guide_section_preview  in   in   in   in   403  403  200  200  403  200
admin:guide_section_bring-back \
                             in   in   in   in   403  403  302  403  403  302
admin:guide_section_{changelist,history} \
                             in   in   in   in   403  403  200  200  403  200
admin:guide_section_{add,change} \
                             in   in   in   in   403  403  422  403  403  422
admin:guide_section_delete   in   in   in   in   403  403  200  403  403  200
admin:cards_smartphoneplatform_{changelist,history} \
                             in   in   in   in   403  403  403  200  200  200
admin:cards_smartphoneplatform_{add,change} \
                             in   in   in   in   403  403  403  403  200  200
admin:cards_smartphoneplatform_delete \
                             in   in   in   in   403  403  403  403  403  403
admin:cards_kiosk_{changelist,add,change,delete,history} \
                             in   in   in   in   403  403  403  403  403  200

# Routes without a name lead on in the same way.
"en/accounts/{2fa,2fa/webauthn,3rdparty}/" \
                             302  302  302  302  302  302  302  302  302  302
"en/accounts/social/{login/cancelled,login/error,signup,connections}/" \
                             301  301  301  301  301  301  301  301  301  301
accounts:"en/accounts/{confirm-email,login/code/confirm}/" \
                             in   302  302  302  302  302  302  302  302  302
accounts:"en/accounts/password/reset/confirm/" \
                             in   in   in   in   in   in   in   in   in   in
admin:"admin/{accounts/holding,accounts/office,accounts/closeddays,accounts/resident,auth/group,accounts/user,cards/deadline,cards/move,cards/certificate,cards/pinslot,cards/cardevent,cards/reissue,cards/variantrequest,cards/smartphoneplatform,cards/card,cards/reissuefee,cards/leaddays,cards/cardimport,cards/kiosk,notifications/mailtrouble,notifications/notification,notifications/delivery,guide/section,privacy/access}/<path:object_id>/" \
                             in   in   in   in   302  302  302  302  302  302
admin:"admin/(?P<url>.*)$"   in   in   in   in   404  404  404  404  404  404
"""  # noqa: E501 - a table is read across


def _named(pattern: str) -> list[str]:
    parts = re.split(r"\{([^}]*)\}", pattern)
    choices = [part.split(",") if n % 2 else [part] for n, part in enumerate(parts)]
    return ["".join(one) for one in product(*choices)]


def expected(written: str = TABLE) -> dict[str, dict[str, str]]:
    """What each role gets, by route: a status, or `in` where one must sign in first."""
    table: dict[str, dict[str, str]] = {}
    for line in written.replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        pattern, *answers = line.split()
        for name in _named(pattern):
            assert name not in table, f"{name} stands in the table twice"
            table[name] = dict(zip(ROLES, answers, strict=True))
    return table
